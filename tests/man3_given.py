# SPDX-License-Identifier: BSD-2-Clause
"""What fragments of the library's manual take as given: for each name a parameter of the function that they are
put into, what it is called with, and what is done behind it. In both C and C++."""
import collections

Given = collections.namedtuple("Given", "parameter value release")

TABLE = {
    # name: parameter, value (%s: the text that the block says, or the default), release
    "text": Given("const char *text", '"%s"', ""),
    "prog": Given("struct flt_program *prog", 'given_program("%s")', "flt_program_unref(prog);"),
    "frame": Given("const uint8_t *frame", "given_frame", ""),
    "len": Given("uint32_t len", "sizeof(given_frame)", ""),
    "src": Given("struct flt_source *src", 'given_source("%s")', "flt_source_close(src);"),
    "sink": Given("struct flt_sink *sink", 'given_sink("%s")', "flt_sink_close(sink, NULL);"),
    "sock": Given("int sock", "given_sockets[0]", ""),
    "peer": Given("int peer", "given_sockets[1]", ""),
    "err": Given("", "", ""),
}

DEFAULTS = {"text": "tcp port 80", "prog": "tcp port 80", "src": "trace.pcap", "sink": "out.pcap"}

# The first frame of trace.pcap: a TCP SYN to port 80.
COMMON = r"""
#include <libfilter.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

%(includes)s

int given_sockets[2];
int fail(const struct flt_error *err);
struct flt_program *given_program(const char *text);
struct flt_source *given_source(const char *path);
struct flt_sink *given_sink(const char *path);

extern const uint8_t given_frame[74];
const uint8_t given_frame[74] = {
	0x02, 0x00, 0x00, 0x00, 0x00, 0x0b, 0x02, 0x00, 0x00, 0x00, 0x00, 0x0a, 0x08, 0x00, 0x45, 0x00,
	0x00, 0x3c, 0x00, 0x01, 0x00, 0x00, 0x40, 0x06, 0x8e, 0x7f, 0xc0, 0x00, 0x02, 0x01, 0xc6, 0x33,
	0x64, 0x07, 0x9c, 0x40, 0x00, 0x50, 0x00, 0x00, 0x03, 0xe8, 0x00, 0x00, 0x00, 0x00, 0xa0, 0x02,
	0xff, 0xff, 0xba, 0xe7, 0x00, 0x00, 0x02, 0x04, 0x05, 0xb4, 0x04, 0x02, 0x08, 0x0a, 0x00, 0x00,
	0x00, 0x64, 0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0x03, 0x07,
};

int fail(const struct flt_error *err)
{
	printf("%%s\n", err->message);
	return 1;
}

struct flt_program *given_program(const char *text)
{
	struct flt_program *prog;

	return flt_compile(&prog, text, strlen(text), NULL, NULL) == FLT_OK ? prog : NULL;
}

struct flt_source *given_source(const char *path)
{
	struct flt_source *src;

	return flt_open_file(&src, path, NULL, NULL) == FLT_OK ? src : NULL;
}

struct flt_sink *given_sink(const char *path)
{
	struct flt_sink *sink;

	return flt_create_file(&sink, path, NULL, NULL) == FLT_OK ? sink : NULL;
}
"""

MAIN = r"""
int main(int argc, char **argv)
{
	static int (*const fragments[])(void) = { %s };

	if (argc != 2 || socketpair(AF_UNIX, SOCK_DGRAM, 0, given_sockets) != 0)
		return 1;
	return fragments[argv[1][0] - 'a']();
}
"""


def parameter(name):
    """(name, value that the block says or the usual one)"""
    name, _, text = name.partition("=")
    return name, text.replace("_", " ") if text else DEFAULTS.get(name, "")


def function(number, names, file, line, text):
    """The fragment in a function, and one that calls it."""
    given = [(TABLE[name], value) for name, value in map(parameter, names)]
    row = [g.parameter for g, _ in given if g.parameter]
    values = [g.value % value if "%s" in g.value else g.value for g, value in given if g.parameter]
    err = "\tstruct flt_error err;\n" if "err" in names else ""
    made = "".join(f"\t{p} = {v};\n" for p, v in zip(row, values))
    passed = ", ".join(p.split("*")[-1].split()[-1] for p in row)
    released = "".join(f"\t{g.release}\n" for g, _ in given if g.release)
    return (f"static int body_{number}({', '.join(row) or 'void'})\n{{\n{err}#line {line} \"{file}\"\n{text}return 0;\n}}\n"
            f"static int fragment_{number}(void)\n{{\n{made}\tint status = body_{number}({passed});\n{released}"
            f"\treturn status;\n}}\n")
