/* SPDX-License-Identifier: BSD-2-Clause */
/* What -h, --help and --version print. */
#ifndef SNIFF_USAGE_H
#define SNIFF_USAGE_H

struct out;

void usage_short(struct out *out);
void usage_whole(struct out *out);
void usage_version(struct out *out);

#endif
