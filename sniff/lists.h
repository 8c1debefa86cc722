/* SPDX-License-Identifier: BSD-2-Clause */
/* What sniff shows without capturing: interfaces, link types, clocks, programs. Exit statuses; that
 * out takes the text is the caller's to see. */
#ifndef LISTS_H
#define LISTS_H

#include "filter.h"
#include "sniff_options.h"
#include "out.h"

int show_interfaces(const struct options *opts, struct out *out);
int show_linktypes(const struct options *opts, struct out *out);
int show_clocks(const struct options *opts, struct out *out);
int show_program(const struct options *opts, struct filter *f, struct out *out);

#endif
