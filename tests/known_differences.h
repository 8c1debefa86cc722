/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known to differ from an established library: tests/differences.patterns. */
#ifndef KNOWN_DIFFERENCES_H
#define KNOWN_DIFFERENCES_H

#include <regex.h>
#include <stdbool.h>
#include <stdint.h>

#define KNOWN_MAX 64u

enum how { BOTH_TAKE, WE_REFUSE, WE_TAKE };

struct known_differences {
	struct known {
		char linktypes[64];
		regex_t linktype;
		enum how how;
		char text[256];
		regex_t expression;
		uint32_t seen;
	} rows[KNOWN_MAX];
	uint32_t count;
};

const char *how_name(enum how how);
/* Prints what is wrong with the table if it returns false. */
bool known_differences_read(struct known_differences *known, const char *folder);
/* Whether a row explains it; counted. what: what is different, as for a reader. */
bool known_differences_explain(struct known_differences *known, const char *linktype, enum how how,
			       const char *expression, const char *what);
/* Print how often each row was of use; returns how many never were. */
uint32_t known_differences_print(const struct known_differences *known);
void known_differences_free(struct known_differences *known);

#endif
