/* SPDX-License-Identifier: BSD-2-Clause */
/* Which option somebody may have meant who wrote one that is unknown. Each is one that the table
 * takes, or NULL. */
#ifndef OPTION_NEAR_H
#define OPTION_NEAR_H

#include "option_row.h"

/* By its long name. */
const struct option_row *option_near_name(const struct option_table *table, const char *name,
					  size_t len);
/* By its letter: the same one as a capital or not, or the first of a long name. */
const struct option_row *option_near_letter(const struct option_table *table, char letter);
/* One without a long name, by what its row calls it: --read for -r. */
const struct option_row *option_called(const struct option_table *table, const char *word,
				       size_t len);

#endif
