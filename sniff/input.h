/* SPDX-License-Identifier: BSD-2-Clause */
/* Where packets come from, opened with the right program. */
#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>

#include "filter.h"
#include "libfilter.h"
#include "sniff_options.h"

struct input {
	struct flt_source *source;
	struct flt_source_info info;
	const char *name; /* as messages say it */
	bool live;
	char interface[32];
};

/* Exit statuses; what is not DONE has been reported. */

/* The file of -r: says "reading from file" and compiles for its link type. */
int input_open_file(struct input *in, const struct options *opts, struct filter *f);
/* An interface, bound with its filter. input_announce() says "listening on". */
int input_open_live(struct input *in, const struct options *opts, struct filter *f);
void input_announce(const struct input *in);
void input_close(struct input *in);
/* "N packets captured" and what the kernel counted. */
void input_counts(const struct input *in, uint64_t captured);
/* The file is damaged, the interface went away, ... */
int input_failed(const struct input *in, const struct flt_error *err);

/* The interface that -i means (a name, a row of -D, or without -i the first row). */
int find_interface(const char *wanted, struct flt_interface *found);
/* The link type of -y, if the interface delivers it. */
int choose_linktype(struct flt_interface *device, const struct options *opts);
/* All of them; *list is the caller's to free. */
int list_interfaces(struct flt_interface **list, uint32_t *count);

#endif
