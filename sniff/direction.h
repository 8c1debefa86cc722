/* SPDX-License-Identifier: BSD-2-Clause */
/* -Q on a file: a program for `inbound` or `outbound` where the link type says the direction, else
 * what a pcapng file says beside each packet. */
#ifndef DIRECTION_H
#define DIRECTION_H

#include "filter_row.h"

/* The program of the row's link type, if there is one. Exit statuses. */
int direction_compile(const struct filter *f, struct filter_row *row);
/* The first row, of a file that says nothing beside its packets: refused when that is all. */
int direction_check(const struct filter *f, const struct filter_row *row);
/* Let go what went the other way: its verdict becomes 0. How many of these packets remain. */
uint32_t direction_judge(struct filter *f, const struct filter_row *row,
			 const struct flt_packet *packets, uint32_t count, uint32_t *verdicts);

#endif
