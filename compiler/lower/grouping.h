/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the files that gather terms into sets. */
#ifndef GROUPING_H
#define GROUPING_H

#include "ast.h"

/* ---- group_pure.c: side-effect free --------------------------------------------------------- */

bool flt__group_is_pure_keyword(enum keyword keyword);
/* Of a node that is neither chain nor `not`. */
bool flt__group_is_pure(const struct ast *node);

/* ---- group_entry.c: what a term brings into a set ------------------------------------------- */

enum group_kind { GROUP_HOSTS, GROUP_MACS, GROUP_PORTS, GROUP_PROTOS, GROUP_CHAINS };

/* A term that may be one of a set, with others of the same kind, proto and dir. */
struct group_term {
	const struct ast *node; /* AST_ID; what was a protocol's word alone is made one */
	enum group_kind kind;
	enum proto proto;
	enum dir dir; /* DIR_SRC, DIR_DST or DIR_SRC_OR_DST */
	/* Some of it is read as its words say (names, numbers of a written set): then the set has
	 * to have the same type. */
	bool has_type;
	bool has_fixed; /* some of it makes the loads that all such terms make */
	bool is_fixed;  /* all of it is such: its loads are the same ones */
};

/* False: the term stays what it is. */
bool flt__group_read(struct compile *c, const struct ast *node, struct group_term *term);
/* Add what the term has to the entries of a set. False: no memory. */
bool flt__group_add(struct compile *c, const struct group_term *term, struct value_list *set);

#endif
