/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * C++17: handles that release themselves, views for text, errors as exceptions. Counts the packets
 * of a savefile that each expression lets through.
 *
 *     $ c++ -std=c++17 tally.cc $(pkg-config --cflags --libs libfilter) -o tally
 *     $ ./tally ../pcaps/http.pcap tcp 'tcp[tcpflags] & tcp-syn != 0' udp
 *     8 tcp
 *     2 tcp[tcpflags] & tcp-syn != 0
 *     0 udp
 */
#include <iostream>
#include <libfilter.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

struct release {
	void operator()(flt_program *prog) const noexcept { flt_program_unref(prog); }
	void operator()(flt_source *source) const noexcept { flt_source_close(source); }
};
template <typename T> using handle = std::unique_ptr<T, release>;

/* The exception says where in the expression the fault is. */
static int check(int rc, const flt_error &err, std::string_view expression = {})
{
	char text[1024];

	if (rc >= 0 || rc == FLT_END)
		return rc;
	const std::string copy(expression);
	flt_error_show(&err, expression.data() ? copy.c_str() : nullptr, text, sizeof(text));
	throw std::runtime_error(text);
}

/* "struct", because flt_source_info is the name of a function as well. */
static handle<flt_program> compile(std::string_view expression, const struct flt_source_info &file)
{
	flt_compile_opts opts{};
	flt_program *prog = nullptr;
	flt_error err;

	opts.size = sizeof(opts);
	opts.linktype = file.linktype;
	opts.flags = file.flags & FLT_SOURCE_SWAPPED ? FLT_COMPILE_SWAPPED : FLT_COMPILE_UNSWAPPED;
	int rc = flt_compile(&prog, expression.data(), expression.size(), &opts, &err);
	check(rc, err, expression);
	return handle<flt_program>(prog);
}

static void tally(const char *path, std::string_view expression)
{
	struct flt_source_info file = {};
	flt_source *opened = nullptr;
	flt_packet packet;
	flt_error err;
	unsigned long matches = 0;

	check(flt_open_file(&opened, path, nullptr, &err), err);
	handle<flt_source> source(opened);
	file.size = sizeof(file);
	flt_source_info(opened, &file);
	check(flt_source_set_program(opened, compile(expression, file).get(), &err), err);
	while (check(flt_source_next(opened, &packet, -1, &err), err) > 0)
		matches++;
	std::cout << matches << ' ' << expression << '\n';
}

int main(int argc, char **argv)
try {
	if (argc < 3)
		throw std::invalid_argument("usage: tally FILE EXPRESSION...\n");
	for (int i = 2; i < argc; i++)
		tally(argv[1], argv[i]);
} catch (const std::exception &wrong) {
	std::cerr << wrong.what();
	return 1;
}
