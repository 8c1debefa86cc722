/* SPDX-License-Identifier: BSD-2-Clause */
#include "savefile.h"

#include "diag.h"

uint32_t flt__savefile_snaplen(uint32_t field)
{
	return field == 0 || field > INT32_MAX ? SAVEFILE_SNAPLEN : field;
}

uint32_t flt__savefile_longest(uint32_t snaplen)
{
	if (snaplen < SAVEFILE_PACKET_MIN)
		return SAVEFILE_PACKET_MIN;
	return snaplen < SAVEFILE_PACKET_MAX ? snaplen : SAVEFILE_PACKET_MAX;
}

int flt__savefile_header_cut(const struct savefile *save, int code, struct flt_error *err)
{
	uint64_t end = save->file.offset + file_left(&save->file);

	if (code != FLT_END)
		return code;
	if (end == 0)
		return flt__fail_file(err, FLT_E_CUT, 0, "the file is empty");
	return flt__fail_file(err, FLT_E_CUT, save->file.offset,
			      "the file ends at byte %llu, inside its header",
			      (unsigned long long)end);
}
