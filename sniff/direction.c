/* SPDX-License-Identifier: BSD-2-Clause */
#include "direction.h"

#include <linux/if_packet.h>
#include <string.h>

#include "expression.h"
#include "say.h"

static const char *word_of(uint32_t direction)
{
	return direction == FLT_DIRECTION_OUT ? "outbound" : "inbound";
}

int direction_compile(const struct filter *f, struct filter_row *row)
{
	const char *word = word_of(f->file_direction);
	struct flt_compile_opts opts = {
		.size = sizeof(opts),
		.linktype = row->linktype,
		.flags = f->compile_flags,
	};
	struct flt_error err = { 0 };

	if (!f->file_direction)
		return DONE;
	int code = flt_compile(&row->direction, word, strlen(word), &opts, &err);

	return code == FLT_E_NOMEM || code == FLT_E_BUG ? say(FAILED, "%s", err.message) : DONE;
}

int direction_check(const struct filter *f, const struct filter_row *row)
{
	char name[LINKTYPE_TEXT];

	if (!f->file_direction || row->direction)
		return DONE;
	return say(USAGE,
		   "-Q: a file of link type %s does not say which way its packets went; captures "
		   "on any do (LINUX_SLL2, LINUX_SLL)",
		   linktype_text(row->linktype, name));
}

/* Once, and the status at the end. */
static void tell_unsaid(struct filter *f)
{
	if (f->unsaid)
		return;
	f->unsaid = f->incomplete = true;
	say(FAILED, "-Q: the file has packets that do not say which way they went; none of them "
		    "matches");
}

static bool goes_there(struct filter *f, const struct filter_row *row,
		       const struct flt_packet *packet)
{
	const struct flt_meta *meta = packet->meta;

	if (row->direction)
		return flt_run(row->direction, packet->bytes, packet->caplen, packet->wirelen,
			       meta) != 0;
	if (meta && meta->present & FLT_META_PKTTYPE)
		return (meta->pkttype == PACKET_OUTGOING) ==
		       (f->file_direction == FLT_DIRECTION_OUT);
	tell_unsaid(f);
	return false;
}

uint32_t direction_judge(struct filter *f, const struct filter_row *row,
			 const struct flt_packet *packets, uint32_t count, uint32_t *verdicts)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (verdicts[i] && !goes_there(f, row, &packets[i]))
			verdicts[i] = 0;
		kept += verdicts[i] != 0;
	}
	return kept;
}
