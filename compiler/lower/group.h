/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists that were written as terms: `host A or host B or host C` becomes `host {A, B, C}`. */
#ifndef GROUP_H
#define GROUP_H

#include "ast.h"

/* The same test, with a set in the place of terms of alike kind. The tree that is given stays as it
 * is; what did not change is shared. NULL: no memory. */
struct ast *flt__group(struct compile *c, struct ast *tree);

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
