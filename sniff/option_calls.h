/* SPDX-License-Identifier: BSD-2-Clause */
/* The functions that sniff_options.def names in CALL(): NULL, or what is wrong with the value. */
#ifndef OPTION_CALLS_H
#define OPTION_CALLS_H

struct options;

const char *set_max_packets(struct options *opts, const char *value);
const char *set_run_for(struct options *opts, const char *value);
const char *set_snaplen(struct options *opts, const char *value);
const char *set_direction(struct options *opts, const char *value);
const char *set_nano(struct options *opts, const char *value);
const char *set_micro(struct options *opts, const char *value);
const char *set_precision(struct options *opts, const char *value);
const char *set_clock(struct options *opts, const char *value);
const char *set_buffer(struct options *opts, const char *value);

#endif
