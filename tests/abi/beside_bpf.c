/* SPDX-License-Identifier: BSD-2-Clause */
#include "beside.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <libfilter.h>
#include <stdio.h>
#include <string.h>

/* Bytes that are no object file are refused with the name that they were given. */
static int was_named;

static int listen(enum libbpf_print_level level, const char *format, va_list args)
{
	char text[512];

	(void)level;
	vsnprintf(text, sizeof(text), format, args);
	was_named |= strstr(text, "not-an-object") != NULL;
	return 0;
}

int ask_libbpf(void)
{
	static const char bytes[64] = "neither ELF nor BPF";
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "not-an-object");
	struct bpf_object *object;

	libbpf_set_print(listen);
	errno = 0;
	object = bpf_object__open_mem(bytes, sizeof(bytes), &opts);
	if (!object)
		return errno != LIBBPF_ERRNO__FORMAT || !was_named;
	bpf_object__close(object);
	return 1;
}
