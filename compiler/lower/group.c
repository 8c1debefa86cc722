/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists that were written as terms become sets: where terms of alike kind are joined by `or`, or
 * their `not`s by `and`, a set takes the place of the first of them.
 *
 * Why that means the same. The later term was asked where the earlier ones had said no (of what
 * they ask, whatever a `not` makes of it). So the set says of a whole packet what the terms said
 * one after another. What of truncated ones (a load is an exit)?
 *  - When nothing stands between the terms: where the first has said no, the loads of the next one
 *    follow in any case. Where it says yes, the set has said so, too, with the loads of this one
 *    alone: all sources are looked at before all destinations, as each term does.
 *  - When other terms stand between, the later one moves up over them, and they may have accepted
 *    the packet without its loads. So it moves only if the first one, having said no, has made all
 *    of its loads (`is_fixed`): IPv4 addresses are looked at whole, and both of them; so are ports,
 *    of the same protocols; of a MAC address what lies after its first load. An IPv6 address is
 *    looked at word by word as long as it fits; a name may have any kind of address; a port's name
 *    may be one of TCP's only. They do not move. A chain of headers has been walked to its end.
 *  - What stands between must be side-effect free (is_pure): a division by 0 is an
 *    answer, as is a load that no packet has the bytes for (the longest chain of headers fits into
 *    one); vlan and the like lead to other headers.
 * `src and dst` does not distribute over the entries of a set, and is left alone; so is everything
 * where a packet may be taken for IPv4 and IPv6 at once (Juniper), and where the link header may be
 * as long as the packet (AVS).
 *
 * Refusals stay the same, in the same order: what may be refused moves over nothing, and a set lies
 * where its first term lay.
 */
#include "group.h"

#include "grouping.h"
#include "link_layout.h"

#define MIXED_MAX 8u   /* ports of a set of which some are of one protocol */
#define MOVES_MAX 256u /* headers that the text may enter: they stay short */

struct grouper {
	struct compile *c;
	uint32_t moves;   /* keywords up to here that may lead to other headers */
	bool is_ppp;      /* ... and to PPP, which has no MAC addresses */
	bool has_labels;  /* ... and after MPLS labels, where ARP is refused */
	bool never_moves; /* nowhere in the expression is such a keyword */
};

struct group {                   /* terms of one set */
	struct group *next;      /* of the run */
	struct group_term first; /* its proto is that of the set */
	bool is_mixed;           /* ports: some are of one protocol only */
	uint32_t place;          /* in the chain that is made */
	uint32_t count;
	uint32_t size;     /* values of all */
	uint32_t text_end; /* of the last one, in the expression */
	bool has_type;
	enum type type;
	uint32_t others; /* terms of other classes that stood before it in the run */
	struct value_list set;
};

struct class
{ /* terms of one kind, proto and dir */
	struct class *next;
	struct group *latest; /* goes on as long as terms of the sort follow */
	struct group *done;   /* has made all the loads of fixed terms; or NULL */
	uint32_t count;       /* terms up to here */
};

struct chain { /* what is made of an AST_CHAIN */
	struct ast_term *terms;
	uint32_t count;
	size_t capacity;
};

struct run { /* terms that are joined alike */
	struct grouper *g;
	struct chain *chain;
	bool is_and;
	bool is_pure;   /* all of its terms are */
	uint32_t count; /* terms up to here, those that joined others too */
	struct class *classes;
	struct group *groups;
};

/* ---- what leads to other headers ------------------------------------------------------------- */

static void note_move(struct grouper *g, const struct ast *node)
{
	if (node->kind != AST_KEYWORD || flt__group_is_pure_keyword(node->keyword))
		return;
	g->moves++;
	g->is_ppp |= node->keyword == KW_PPPOES;
	g->has_labels |= node->keyword == KW_MPLS;
}

static bool has_moves(const struct ast *node)
{
	while (node->kind == AST_NOT)
		node = node->a;
	if (node->kind != AST_CHAIN)
		return node->kind == AST_KEYWORD && !flt__group_is_pure_keyword(node->keyword);
	for (uint32_t i = 0; i < node->term_count; i++)
		if (has_moves(node->terms[i].node))
			return true;
	return false;
}

/* ---- groups ---------------------------------------------------------------------------------- */

static bool is_alike(const struct group_term *a, const struct group_term *b)
{
	return a->kind == b->kind && a->proto == b->proto && a->dir == b->dir;
}

/* The class of a term, in the run; they are few. */
static struct class *find_class(struct run *run, const struct group_term *term)
{
	struct class *class = run->classes;

	while (class && !is_alike(&class->latest->first, term))
		class = class->next;
	return class;
}

/* Ports of all protocols, and ports of one: where both are asked for, a packet of that protocol is
 * looked at once for all of them. */
static struct class *find_port_class(struct run *run, const struct group_term *term)
{
	struct class *class = run->classes;

	for (; term->kind == GROUP_PORTS && class; class = class->next) {
		const struct group_term *other = &class->latest->first;
		bool is_any = term->proto == PROTO_NONE || other->proto == PROTO_NONE;
		if (other->kind == GROUP_PORTS && other->dir == term->dir && is_any)
			return class;
	}
	return NULL;
}

static uint32_t size_of(const struct group_term *term)
{
	const struct value *value = term->node->value;

	return value->kind == VAL_SET ? value->set->count : 1;
}

/* Each protocol gets a search of its own then: that pays for a few ports. */
static bool is_full(const struct group *group, const struct group_term *term)
{
	bool is_mixed = group->is_mixed || group->first.proto != term->proto;

	return is_mixed && group->size + size_of(term) > MIXED_MAX;
}

/* The group that the term may join, or NULL. */
static struct group *find_group(const struct run *run, const struct class *class,
				const struct group_term *term)
{
	struct group *latest = class->latest;
	bool is_next = run->count - class->count == latest->others;
	bool fits = !term->has_type || !latest->has_type || latest->type == term->node->quals.type;
	struct group *done = class->done;
	/* having said no, it has loaded what the term loads */
	bool is_wide =
		done && (done->first.proto == term->proto || done->first.proto == PROTO_NONE);

	if (term->is_fixed && is_wide && !is_full(done, term))
		return done;
	return is_next && fits && !is_full(latest, term) ? latest : NULL;
}

static bool add_node(struct run *run, struct ast *node)
{
	struct chain *chain = run->chain;
	struct ast_term *terms = flt__arena_grow(&run->g->c->arena, chain->terms, chain->count,
						 &chain->capacity, sizeof(*terms));

	if (!terms)
		return false;
	terms[chain->count] = (struct ast_term){ node, chain->count && run->is_and };
	chain->terms = terms;
	chain->count++;
	return true;
}

static struct group *begin_group(struct run *run, struct class *class,
				 const struct group_term *term, struct ast *node)
{
	struct group *group = flt__arena_alloc(&run->g->c->arena, sizeof(*group));

	if (!group)
		return NULL;
	*group = (struct group){ .next = run->groups,
				 .first = *term,
				 .place = run->chain->count,
				 .others = run->count - class->count };
	run->groups = class->latest = group;
	return add_node(run, node) ? group : NULL;
}

static struct class *begin_class(struct run *run)
{
	struct class *class = flt__arena_alloc(&run->g->c->arena, sizeof(*class));

	if (class) {
		class->next = run->classes;
		run->classes = class;
	}
	return class;
}

/* The set is of the protocols of all its terms. */
static void mix(struct class *class, struct group *group, const struct group_term *term)
{
	if (group->first.proto == term->proto)
		return;
	group->is_mixed = true;
	if (group->first.proto != PROTO_NONE)
		class->done = NULL; /* of one protocol, it has not loaded those of others */
	group->first.proto = PROTO_NONE;
}

static bool join_group(struct grouper *g, struct group *group, const struct group_term *term)
{
	if (!group->count++)
		return true;
	if (group->count == 2 && !flt__group_add(g->c, &group->first, &group->set))
		return false;
	return flt__group_add(g->c, term, &group->set);
}

/* node is what stands in the chain if the term stays alone: with its `not`. */
static bool add_term(struct run *run, const struct group_term *term, struct ast *node)
{
	struct class *class = find_class(run, term);
	struct class *port_class = class ? NULL : find_port_class(run, term);
	struct group *group = class ? find_group(run, class, term) : NULL;

	if (port_class && (group = find_group(run, port_class, term)) != NULL)
		class = port_class;
	if (!class)
		class = begin_class(run);
	if (class && !group)
		group = begin_group(run, class, term, node);
	if (!group || !join_group(run->g, group, term))
		return false;
	mix(class, group, term);
	group->size += size_of(term);
	group->text_end = term->node->span.at + term->node->span.len;
	if (term->has_type) {
		group->has_type = true;
		group->type = term->node->quals.type;
	}
	bool has_loaded = term->proto == group->first.proto && term->has_fixed;
	if (has_loaded && (!class->done || is_full(class->done, term)))
		class->done = group;
	class->count++;
	return true;
}

/* ---- nodes that are made --------------------------------------------------------------------- */

static struct ast *copy_node(struct grouper *g, const struct ast *node)
{
	struct ast *copy = flt__arena_alloc(&g->c->arena, sizeof(*copy));

	if (copy)
		*copy = *node;
	return copy;
}

static struct ast *make_not(struct grouper *g, struct ast *node)
{
	struct ast * not ;

	if (node->kind == AST_NOT)
		return node->a;
	not = copy_node(g, node);
	if (not )
		*not = (struct ast){
			.kind = AST_NOT, .span = node->span, .op_span = node->span, .a = node
		};
	return not ;
}

/* The first term, with a set for its value. Its clause reaches to the last one. */
static struct ast *make_set(struct grouper *g, const struct group *group)
{
	struct ast *node = copy_node(g, group->first.node);
	struct value *value = flt__arena_alloc(&g->c->arena, sizeof(*value));
	struct value_list *set = flt__arena_alloc(&g->c->arena, sizeof(*set));

	if (!node || !value || !set)
		return NULL;
	*set = group->set;
	*value = (struct value){ .kind = VAL_SET, .span = node->value->span, .set = set };
	node->value = value;
	node->span.len = group->text_end - node->span.at;
	node->quals.proto = group->first.proto;
	if (group->has_type)
		node->quals.type = group->type;
	return node;
}

static bool finish_groups(struct run *run)
{
	for (const struct group *group = run->groups; group; group = group->next) {
		struct ast **place = &run->chain->terms[group->place].node;
		if (group->count < 2)
			continue;
		*place = make_set(run->g, group);
		if (*place && run->is_and)
			*place = make_not(run->g, *place);
		if (!*place)
			return false;
	}
	return true;
}

/* ---- runs ------------------------------------------------------------------------------------ */

static struct ast *group_chain(struct grouper *g, const struct ast *node, bool *pure);

/* Without the `not`s before it. */
static struct ast *strip(struct ast *node, bool *is_not)
{
	for (; node->kind == AST_NOT; node = node->a)
		*is_not = !*is_not;
	return node;
}

/* Is a chain joined by `is_and` alone? */
static bool is_uniform(const struct ast *node, bool is_and)
{
	for (uint32_t i = 1; i < node->term_count; i++)
		if (node->terms[i].is_and != is_and)
			return false;
	return true;
}

/* What each of the terms would be refused for, at its own place. */
static bool is_refused_here(const struct grouper *g, const struct group_term *term)
{
	bool is_arp = term->proto == PROTO_ARP || term->proto == PROTO_RARP;

	return (term->kind == GROUP_MACS && g->is_ppp) || (is_arp && g->has_labels);
}

static bool add_leaf(struct run *run, struct ast *node, bool is_not)
{
	struct grouper *g = run->g;
	bool pure = node->kind != AST_CHAIN && flt__group_is_pure(node);
	struct group_term term;

	note_move(g, node);
	if (node->kind == AST_CHAIN)
		node = group_chain(g, node, &pure);
	struct ast *whole = node && is_not ? make_not(g, node) : node;
	if (!whole)
		return false;
	if (!pure)
		run->classes = NULL;
	run->is_pure &= pure;
	bool may = is_not == run->is_and && g->moves <= MOVES_MAX &&
		   flt__group_read(g->c, node, &term) && !is_refused_here(g, &term);
	bool ok = may ? add_term(run, &term, whole) : add_node(run, whole);
	run->count++;
	return ok;
}

/* What is in parentheses and joined in the same way belongs to the run itself. (Among keywords that
 * lead to other headers it does not: lowering leaves out what stands before a term that is decided,
 * unless it fills slots.) */
static bool add_operand(struct run *run, struct ast *node, bool is_not)
{
	node = strip(node, &is_not);
	if (node->kind != AST_CHAIN || !run->g->never_moves ||
	    !is_uniform(node, run->is_and != is_not))
		return add_leaf(run, node, is_not);
	for (uint32_t i = 0; i < node->term_count; i++)
		if (!add_operand(run, node->terms[i].node, is_not))
			return false;
	return true;
}

/* Terms first to end - 1 are joined alike; all before them are what the first is joined to. */
static bool add_run(struct grouper *g, struct chain *chain, const struct ast *node, uint32_t first,
		    uint32_t end, bool *pure)
{
	struct run run = {
		.g = g, .chain = chain, .is_and = node->terms[end - 1].is_and, .is_pure = true
	};

	for (uint32_t i = first; i < end; i++)
		if (!add_operand(&run, node->terms[i].node, false))
			return false;
	*pure &= run.is_pure;
	return finish_groups(&run);
}

static struct ast *group_chain(struct grouper *g, const struct ast *node, bool *pure)
{
	struct chain chain = { NULL, 0, 0 };

	*pure = true;
	for (uint32_t first = 0, end; first < node->term_count; first = end) {
		bool is_and = node->terms[first ? first : 1].is_and;
		for (end = first + 1; end < node->term_count; end++)
			if (node->terms[end].is_and != is_and)
				break;
		if (!add_run(g, &chain, node, first, end, pure))
			return NULL;
	}
	if (chain.count == 1)
		return chain.terms[0].node;
	struct ast *made = copy_node(g, node);
	if (made) {
		made->terms = chain.terms;
		made->term_count = chain.count;
	}
	return made;
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* Each packet is of one protocol, and the link header has a length that it can have. */
static bool is_plain_link(const struct compile *c)
{
	bool is_cooked = (c->opts.flags & FLT_COMPILE_COOKED) != 0;
	const struct link_layout *link = flt__layout_find(c->opts.linktype, is_cooked);

	return link && link->type_rule != TYPE_UNSAID && link->type_rule != TYPE_ANY &&
	       link->prefix_rule != PREFIX_BE32 && link->prefix_rule != PREFIX_PRISM;
}

struct ast *flt__group(struct compile *c, struct ast *tree)
{
	struct grouper g = { .c = c };
	bool is_not = false, pure;
	struct ast *node = strip(tree, &is_not);

	if (node->kind != AST_CHAIN || !is_plain_link(c))
		return tree;
	g.never_moves = !has_moves(node);
	node = group_chain(&g, node, &pure);
	return node && is_not ? make_not(&g, node) : node;
}
