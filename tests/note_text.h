/* SPDX-License-Identifier: BSD-2-Clause */
/* Notes of programs, read as what they say: the value of an expression, the answer to a question,
 * for one packet at one step of a run. */
#ifndef NOTE_TEXT_H
#define NOTE_TEXT_H

#include "true_headers.h"

#define NOTE_CELLS 16u

/* What a text is about. */
struct note_world {
	const struct true_packet *packet;
	uint32_t wirelen, a, x;
	uint32_t cells[NOTE_CELLS];
};

enum note_truth {
	NOTE_SAYS,      /* a value, or 1 and 0 for a question */
	NOTE_VAGUE,     /* it is cut, or says "?" */
	NOTE_NO_HEADER, /* the packet does not have the header of which it speaks */
	NOTE_NO_FIELD,  /* nobody knows such a field */
	NOTE_NONSENSE   /* not of the form that notes have */
};

struct note_says {
	enum note_truth truth;
	uint32_t value;
	bool is_field;      /* the text is a field or bytes, and nothing else: ... */
	uint32_t off, size; /* ... these bytes of the packet; size 0: metadata */
};

/* A packet may have a header twice, so that a name means several fields: choice counts through all
 * that the text may say. */
struct note_says note_says(const struct note_world *world, const char *text, uint32_t choice);
const char *note_truth_text(enum note_truth truth);
/* How many choices there are. */
uint32_t note_choices(const struct note_world *world, const char *text);

#endif
