/* SPDX-License-Identifier: BSD-2-Clause */
/* filterc why: a tag that a clause asked for in vain, so that others looked behind nothing. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "common.h"
#include "why.h"

static bool begins_with(const struct why *w, uint32_t clause, const char *word)
{
	const char *text = w->expr + w->clauses[clause].offset;
	size_t len = strlen(word);

	return w->clauses[clause].length >= len && memcmp(text, word, len) == 0 &&
	       (w->clauses[clause].length == len || !isalnum((unsigned char)text[len]));
}

/* What moves the tests behind it in the text. */
static const struct row {
	const char *word;
	const char *what;
	bool is_tunnel;
} rows[] = {
	{ "vlan", "a tag", false },
	{ "mpls", "a label", false },
	{ "pppoes", "a PPPoE header", false },
	{ "geneve", "a Geneve header", true },
	{ "vxlan", "a VXLAN header", true },
};

static const struct row *row_of(const struct why *w, uint32_t clause)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (begins_with(w, clause, rows[i].word))
			return &rows[i];
	return NULL;
}

static bool any_yes(const struct why *w, uint32_t first, uint32_t end)
{
	for (uint32_t i = first; i < end; i++)
		if (why_is_question(&w->insns[w->steps[i].insn]) && why_was_taken(w, i))
			return true;
	return false;
}

/* A header with another number than the clause wants is there all the same: what says that one
 * follows was answered with yes. Of a tunnel much else is asked, so its number leaves it open. */
static bool is_absent(const struct why *w, const struct row *row, uint32_t first, uint32_t end)
{
	uint32_t clause = why_clause_of(w, w->steps[first].insn);
	bool has_number = w->clauses[clause].length > strlen(row->word);

	if (!row->is_tunnel)
		return !any_yes(w, first, end);
	return !has_number && strcmp(why_answer_of(w, clause, end), "no") == 0;
}

void why_find_absent(struct why *w)
{
	for (uint32_t i = 0, end; i < w->step_count && !w->absent; i = end) {
		uint32_t clause = why_clause_of(w, w->steps[i].insn);
		const struct row *row = clause == NO_CLAUSE ? NULL : row_of(w, clause);

		end = why_clause_end(w, i);
		if (!row || !is_absent(w, row, i, end))
			continue;
		w->absent = row->what;
		w->absent_clause = clause;
		w->absent_from = end;
	}
}

/* Words that look at the outer header wherever they stand; but for its type. */
static bool stays_outside(const struct why *w, uint32_t clause)
{
	static const char *const words[] = { "ether",   "link",      "wlan",     "tr",
					     "fddi",    "radio",     "len",      "length",
					     "less",    "greater",   "inbound",  "outbound",
					     "ifindex", "broadcast", "multicast" };
	const char *text = w->expr + w->clauses[clause].offset;
	bool is_type = memmem(text, w->clauses[clause].length, " proto ", 7) != NULL;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && !is_type; i++)
		if (begins_with(w, clause, words[i]))
			return true;
	return !isalpha((unsigned char)*text);
}

/* Does the clause that begins with this step look behind what is not there? */
bool why_looks_behind_nothing(const struct why *w, uint32_t step)
{
	return w->absent && step >= w->absent_from &&
	       !stays_outside(w, why_clause_of(w, w->steps[step].insn));
}

void why_print_absent(const struct why *w, const char *before, const char *behind)
{
	const struct flt_clause *clause = &w->clauses[w->absent_clause];

	printf("%s%s was expected in front of it ('", before, w->absent);
	put_words(w->expr + clause->offset, clause->length);
	printf("')%s", behind);
}
