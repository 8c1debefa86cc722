/* SPDX-License-Identifier: BSD-2-Clause */
#include "memory_calls.h"

#include <errno.h>
#include <linux/filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dissect.h"
#include "ifnames.h"

/* ---- memory that fails -------------------------------------------------------------------------
 * The linker leads the library's calls here (-Wl,--wrap). */

#define PATTERN 0xa5 /* of new memory, so that bytes which nobody wrote show */

struct failing memory;

static bool is_refused(void)
{
	uint64_t number = ++memory.count, at = memory.fails_at;

	if (!at || (memory.all ? number < at : number != at))
		return false;
	errno = ENOMEM;
	return true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t many, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t many, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
	void *made = is_refused() ? NULL : __real_malloc(size);

	return made ? memset(made, PATTERN, size) : NULL;
}

void *__wrap_calloc(size_t many, size_t size)
{
	return is_refused() ? NULL : __real_calloc(many, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return is_refused() ? NULL : __real_realloc(old, size);
}

/* ---- results --------------------------------------------------------------------------------- */

static void put(struct result *r, const void *bytes, size_t len)
{
	len = len < RESULT_BYTES - r->used ? len : RESULT_BYTES - r->used;
	memcpy(r->text + r->used, bytes, len);
	r->used += len;
}

static void put_number(struct result *r, uint64_t number)
{
	put(r, &number, sizeof(number));
}

static void put_error(struct result *r, int code, const struct flt_error *err)
{
	r->code = code;
	if (code < FLT_END && err->code != code)
		put(r, "the error has another code", 26);
	if (code < FLT_END)
		put(r, err->message, strlen(err->message));
}

static void put_program(struct result *r, const struct flt_program *prog)
{
	struct flt_program_info info = { .size = sizeof(info) };
	uint32_t count;
	const struct flt_insn *insns = flt_program_insns(prog, &count);

	flt_program_info(prog, &info);
	put(r, &info, sizeof(info));
	put(r, insns, count * sizeof(*insns));
	for (uint32_t i = 0; i < count; i++) {
		uint64_t offset = 0, length = 0;
		flt_program_clause(prog, i, &offset, &length);
		put_number(r, offset);
		put_number(r, length);
	}
}

/* ---- the language ---------------------------------------------------------------------------- */

struct flt_resolver names;

static struct flt_compile_opts compile_opts(const struct row *row)
{
	return (struct flt_compile_opts){
		.size = sizeof(struct flt_compile_opts),
		.linktype = row->linktype,
		.flags = row->flags | FLT_COMPILE_FILES,
		.resolver = &names,
	};
}

static struct flt_program *compile(const struct row *row, struct result *r)
{
	struct flt_compile_opts opts = compile_opts(row);
	struct flt_program *prog = NULL;
	struct flt_error err;

	put_error(r, flt_compile(&prog, row->text, strlen(row->text), &opts, &err), &err);
	return prog;
}

void memory_compile(const struct row *row, struct result *r)
{
	struct flt_program *prog = compile(row, r);

	if (prog)
		put_program(r, prog);
	flt_program_unref(prog);
}

static void keep_trace(void *context, char letter, const char *text)
{
	put(context, &letter, 1);
	put(context, text, strlen(text));
}

void memory_trace(const struct row *row, struct result *r)
{
	struct flt_compile_stats stats = { .size = sizeof(stats) };
	struct flt_compile_opts opts = compile_opts(row);
	struct flt_program *prog = NULL;
	struct flt_error err;

	opts.trace = keep_trace;
	opts.trace_context = r;
	opts.stats = &stats;
	put_error(r, flt_compile(&prog, row->text, strlen(row->text), &opts, &err), &err);
	if (prog)
		put(r, &stats, sizeof(stats));
	flt_program_unref(prog);
}

void memory_clauses(const struct row *row, struct result *r)
{
	struct flt_compile_opts opts = compile_opts(row);
	struct flt_clause list[64];
	struct flt_error err;
	int64_t count = flt_clauses(row->text, strlen(row->text), &opts, list, 64, &err);

	put_error(r, count < 0 ? (int)count : FLT_OK, &err);
	for (int64_t i = 0; i < count && i < 64; i++)
		put(r, &list[i], sizeof(list[i]));
}

/* ---- programs -------------------------------------------------------------------------------- */

/* A program of the row's, made while nothing fails. */
static struct flt_program *ready_program(const struct row *row)
{
	struct result *ignored = __real_calloc(1, sizeof(*ignored));
	uint64_t fails_at = memory.fails_at, count = memory.count;

	memory.fails_at = 0;
	struct flt_program *prog = compile(row, ignored);
	memory.fails_at = fails_at;
	memory.count = count;
	free(ignored);
	return prog;
}

void memory_notes(const struct row *row, struct result *r)
{
	static struct flt_note notes[4096];
	struct flt_program *prog = ready_program(row);
	int count = flt_program_notes(prog, notes, 4096);

	r->code = count < 0 ? count : FLT_OK;
	for (int i = 0; i < count; i++) {
		put(r, notes[i].text, strlen(notes[i].text) + 1);
		put_number(r, (uint64_t)notes[i].style << 32 | notes[i].mask);
		put_number(r, notes[i].shift);
	}
	flt_program_unref(prog);
}

void memory_format(const struct row *row, struct result *r)
{
	static char text[1 << 18];
	struct flt_program *prog = ready_program(row);

	text[0] = '?';
	int len = row->flags ? flt_program_show_graph(prog, row->text, text, sizeof(text)) :
			       flt_program_format(prog, FLT_FORMAT_ASM, text, sizeof(text));

	r->code = len < 0 ? len : FLT_OK;
	if (len < 0 && text[0])
		r->code = FLT_E_BUG;
	if (len > 0)
		put(r, text, (size_t)len);
	flt_program_unref(prog);
}

void memory_superset(const struct row *row, struct result *r)
{
	struct flt_superset_opts opts = { .size = sizeof(opts), .max_insns = 12 };
	struct flt_program *prog = ready_program(row), *wider = NULL;
	struct flt_error err;

	put_error(r, flt_program_superset(&wider, prog, &opts, &err), &err);
	if (wider)
		put_program(r, wider);
	flt_program_unref(wider);
	flt_program_unref(prog);
}

void memory_parse(const struct row *row, struct result *r)
{
	struct flt_program *prog = NULL;
	struct flt_error err;

	put_error(r,
		  flt_program_parse(&prog, row->text, strlen(row->text), FLT_FORMAT_DECIMAL, NULL,
				    &err),
		  &err);
	if (prog)
		put_program(r, prog);
	flt_program_unref(prog);
}

/* More than net.core.optmem_max has room for. */
static struct flt_program *large_program(void)
{
	static struct flt_insn insns[4096];
	struct flt_program *prog = NULL;

	for (uint32_t i = 0; i < 4095; i++)
		insns[i] = (struct flt_insn){ BPF_LD | BPF_B | BPF_ABS, 0, 0, i };
	insns[4095] = (struct flt_insn){ BPF_RET | BPF_K, 0, 0, 1 };
	flt_program_new(&prog, insns, 4096, NULL, NULL);
	return prog;
}

/* On a socket that has a filter: when the new one cannot be there, the old one still is. */
void memory_attach(const struct row *row, struct result *r)
{
	struct flt_program *prog = ready_program(row), *larger = large_program();
	struct flt_error err;
	socklen_t before = 0, behind = 0;
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	if (!larger || flt_attach(prog, fd, &err) != FLT_OK) {
		r->code = FLT_E_NOMEM;
	} else {
		getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, NULL, &before);
		put_error(r, flt_attach(larger, fd, &err), &err);
		getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, NULL, &behind);
		put_number(r, behind == before);
	}
	close(fd);
	flt_program_unref(prog);
	flt_program_unref(larger);
}

/* ---- packets --------------------------------------------------------------------------------- */

static void put_packets(struct result *r, struct flt_source *src, struct flt_error *err)
{
	const struct flt_packet *packets;
	uint32_t count;
	int code;

	while ((code = flt_source_read(src, &packets, &count, -1, err)) > 0)
		for (uint32_t i = 0; i < count; i++) {
			put_number(r, packets[i].linktype);
			put_number(r, (uint64_t)packets[i].time_ns);
			put(r, packets[i].bytes, packets[i].caplen);
		}
	put_error(r, code, err);
}

static void path_of(const struct row *row, char path[512])
{
	snprintf(path, 512, "%s/%s", getenv("TOP_SRCDIR") ? getenv("TOP_SRCDIR") : ".", row->text);
}

void memory_source(const struct row *row, struct result *r)
{
	const struct row arp = { "", NULL, "not arp", row->linktype, 0 };
	struct flt_program *prog = ready_program(&arp);
	struct flt_open_opts opts = { .size = sizeof(opts), .program = prog, .buffer_bytes = 1 };
	struct flt_source_info info = { .size = sizeof(info) };
	struct flt_source *src = NULL;
	struct flt_error err;
	char path[512];

	path_of(row, path);
	put_error(r, flt_open_file(&src, path, &opts, &err), &err);
	if (src) {
		flt_source_info(src, &info);
		put(r, &info, sizeof(info));
		put_packets(r, src, &err);
	}
	flt_source_close(src);
	flt_program_unref(prog);
}

/* A pcapng file whose interfaces do not fit in the first room for them; the last one has another
 * link type. */
void memory_many_interfaces(const struct row *row, struct result *r)
{
	static const uint32_t head[] = { 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, ~0u, ~0u, 28 };
	uint32_t words[7 + 5 * 6];
	struct flt_source_info info = { .size = sizeof(info) };
	struct flt_source *src = NULL;
	struct flt_error err;

	(void)row;
	memcpy(words, head, sizeof(head));
	for (uint32_t i = 0; i < 6; i++) {
		const uint16_t link[2] = { i < 5 ? 1 : 101, 0 };
		uint32_t block[5] = { 1, 20, 0, 65535, 20 };
		memcpy(&block[2], link, sizeof(link));
		memcpy(words + 7 + 5 * i, block, sizeof(block));
	}
	put_error(r, flt_open_memory(&src, words, sizeof(words), NULL, &err), &err);
	if (src) {
		flt_source_info(src, &info);
		put(r, &info, sizeof(info));
	}
	flt_source_close(src);
}

/* A packet larger than the buffer of a sink. */
void memory_sink(const struct row *row, struct result *r)
{
	static uint8_t bytes[1 << 21];
	struct flt_packet packet = {
		.bytes = bytes,
		.caplen = sizeof(bytes),
		.wirelen = sizeof(bytes),
		.linktype = 1,
	};
	struct flt_create_opts opts = { .size = sizeof(opts), .snaplen = sizeof(bytes) };
	struct flt_sink *sink = NULL;
	struct flt_error err;

	(void)row;
	put_error(r, flt_create_file(&sink, "/dev/null", &opts, &err), &err);
	if (!sink)
		return;
	put_error(r, flt_sink_write(sink, &packet, 1, NULL, &err), &err);
	if (r->code == FLT_OK)
		put_error(r, flt_sink_close(sink, &err), &err);
	else
		flt_sink_close(sink, NULL);
}

void memory_interfaces(const struct row *row, struct result *r)
{
	struct flt_interface list[64];
	struct flt_error err;
	int count = flt_interfaces(list, 64, &err);

	(void)row;
	put_error(r, count < 0 ? count : FLT_OK, &err);
	for (int i = 0; i < count && i < 64; i++)
		put(r, list[i].name, strlen(list[i].name));
}

void memory_live(const struct row *row, struct result *r)
{
	struct flt_open_opts opts = { .size = sizeof(opts), .buffer_bytes = 1 << 20 };
	struct flt_source *src = NULL;
	struct flt_error err;

	put_error(r, flt_open_live(&src, row->text, &opts, &err), &err);
	flt_source_close(src);
}

/* A packet whose tag is put back to print it: that it was not is known. */
void memory_print(const struct row *row, struct result *r)
{
	static const uint8_t arp[42] = { 0xff, 0xff, [12] = 8, 6, 0, 1, 8, 0, 6, 4, 0, 1 };
	struct flt_meta meta = { .present = FLT_META_VLAN, .vlan_tci = 5, .vlan_tpid = 0x8100 };
	struct flt_packet packet = {
		.bytes = arp,
		.caplen = sizeof(arp),
		.wirelen = sizeof(arp),
		.linktype = 1,
		.meta = &meta,
	};
	struct print_opts opts = { .link_header = true };
	struct out *out = flt__out_fd(-1);
	struct printer *p = out ? flt__printer_new(&opts, out) : NULL;

	(void)row;
	r->code = p ? FLT_OK : FLT_E_NOMEM;
	if (p) {
		flt__printer_packet(p, &packet, 1);
		r->code = flt__printer_failed(p) ? FLT_E_NOMEM : FLT_OK;
		put(r, out->buffer, flt__out_pending(out));
	}
	flt__printer_free(p);
	flt__out_free(out);
}

void memory_ifnames(const struct row *row, struct result *r)
{
	struct ifnames known = { .list = NULL };
	const char *name = ifnames_find(&known, 1);

	(void)row;
	r->code = known.failed ? FLT_E_NOMEM : FLT_OK;
	if (name)
		put(r, name, strlen(name));
	ifnames_free(&known);
}
