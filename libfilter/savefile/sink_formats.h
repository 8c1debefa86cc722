/* SPDX-License-Identifier: BSD-2-Clause */
/* The formats that sinks write: a file each. */
#ifndef SINK_FORMATS_H
#define SINK_FORMATS_H

#include "sink.h"

extern const struct sink_ops flt__sink_pcap; /* sink_pcap.c */

#endif
