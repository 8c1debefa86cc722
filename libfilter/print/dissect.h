/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets to text: what the program's loop needs of the printers. */
#ifndef DISSECT_H
#define DISSECT_H

#include <stdbool.h>
#include <stdint.h>

#include "libfilter.h"
#include "out.h"
#include "print_opts.h"

struct printer;
struct stamps;

/* opts are copied; out is the caller's. NULL: no memory. */
struct printer *flt__printer_new(const struct print_opts *opts, struct out *out);
/* One packet, as one line or more. number is what -# shows, counted from 1. */
void flt__printer_packet(struct printer *p, const struct flt_packet *packet, uint64_t number);
/* A packet was printed without its VLAN tag, because there was no memory to put it back. */
bool flt__printer_failed(const struct printer *p);
/* Is there a printer for this link type? Without one, packets are printed as hex. */
bool flt__printer_knows(uint32_t linktype);
/* How it prints times, and where it is with them. */
const struct stamps *flt__printer_stamps(const struct printer *p);
void flt__printer_free(struct printer *p);

#endif
