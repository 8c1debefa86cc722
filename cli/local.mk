# SPDX-License-Identifier: BSD-2-Clause
# layer 4: what both programs share towards people.
noinst_LTLIBRARIES += cli/libcli.la
cli_libcli_la_SOURCES = \
	cli/compiling.c \
	cli/compiling.h \
	cli/option_near.c \
	cli/option_near.h \
	cli/option_row.c \
	cli/option_row.h \
	cli/options.c \
	cli/options.h \
	cli/say.c \
	cli/say.h \
	cli/say_error.c \
	cli/say_error.h \
	cli/shell_word.h \
	cli/status.h \
	cli/streams.c \
	cli/streams.h \
	cli/units.c \
	cli/units.h \
	cli/usage.c \
	cli/usage.h \
	cli/wrap.h
