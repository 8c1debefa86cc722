/* SPDX-License-Identifier: BSD-2-Clause */
/* The interfaces of this machine, asked of the kernel. */
#ifndef NETLINK_H
#define NETLINK_H

#include "libfilter.h"

struct link {
	struct flt_interface pub;
	uint32_t largest; /* bytes of the longest packet that the device makes or takes */
	uint32_t order;   /* place among the groups of flt_interfaces() */
};

struct link_list {
	struct link *links; /* by interface index */
	uint32_t count;
	uint32_t room;
};

/* All interfaces with their addresses; needs no privilege. */
int flt__links_read(struct link_list *list, struct flt_error *err);
void flt__links_free(struct link_list *list);

/* Find a device by name ("any" too). FLT_E_DEVICE, with the nearest name, when there is none. */
int flt__link_find(struct link *found, const char *name, struct flt_error *err);

#endif
