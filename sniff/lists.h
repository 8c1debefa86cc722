/* SPDX-License-Identifier: BSD-2-Clause */
/* What sniff shows without capturing: interfaces, link types, clocks, programs. Exit statuses. */
#ifndef LISTS_H
#define LISTS_H

#include "filter.h"
#include "options.h"

int show_interfaces(void);
int show_linktypes(const struct options *opts);
int show_clocks(const struct options *opts);
int show_program(const struct options *opts, struct filter *f);

#endif
