/* SPDX-License-Identifier: BSD-2-Clause */
/* Link types: the numbers that files and devices use for them. */
#ifndef LINK_H
#define LINK_H

#include "libfilter.h"

/* The numbers of links.def, by name. */
enum {
#define LINK(name, linktype, file, description) LINK_##name = (linktype),
#include "links.def"
#undef LINK
};

/* The number of a savefile's link type field, whose upper 16 bits say other things. An unknown
 * number stands for itself. */
uint32_t flt__link_from_file(uint32_t field);
/* The number to store in a savefile; at most 16 bits for every link type that came from one. */
uint32_t flt__link_to_file(uint32_t linktype);

/* What a device of this ARPHRD_* type is captured as. LINUX_SLL2: cooked, as its own header is of
 * no use to anybody. */
uint32_t flt__link_from_hatype(uint32_t hatype);

#endif
