/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a program's registers hold and which headers stand where, followed through the program from
 * its first instruction: for notes that people read. Inside the files notes*.c only.
 *
 * Equal values have equal numbers, so that a header that one test has found is known again where
 * another path computes its offset anew.
 */
#ifndef NOTES_H
#define NOTES_H

#include "arena.h"
#include "bpf.h"
#include "link_layout.h"
#include "show.h"

/* ---- values: notes_value.c ------------------------------------------------------------------ */

enum value_op {
	VALUE_UNKNOWN,
	VALUE_CONST, /* k */
	VALUE_LOAD,  /* size b, k bytes after the offset a */
	VALUE_ALU,   /* a, b; k is BPF_ADD ... */
	VALUE_LEN,
	VALUE_META, /* k is SKF_AD_OFF + ...; of the registers a, b */
	VALUE_PHI   /* of several paths: in the register b of the instruction a */
};

#define VALUE_NAME_CHARS 64

/* What a value of VALUE_PHI is called on all paths, though it comes from different places. */
struct value_name {
	char text[VALUE_NAME_CHARS];
	uint32_t style; /* FLT_STYLE_* */
};

typedef uint32_t value_id; /* 0: not known */

#define SOURCES_MAX 4

struct value_node {
	uint8_t op;
	uint8_t source_count; /* VALUE_PHI: above SOURCES_MAX, some are left out */
	uint32_t a, b, k;
	value_id sources[SOURCES_MAX];
	value_id next;                 /* of those with the same hash */
	const struct value_name *name; /* VALUE_PHI: or NULL */
};

struct values {
	struct arena *arena;
	struct value_node *nodes;
	uint32_t count;
	size_t capacity;
	value_id *buckets; /* by hash */
	uint32_t bucket_count;
};

/* Bytes of the packet: `off` of them after the offset that a value has. */
struct place {
	value_id base; /* never a sum with a constant; the constant 0, mostly */
	uint32_t off;
};

bool flt__values_init(struct values *v, struct arena *arena);
/* 0: no memory. */
value_id flt__value(struct values *v, enum value_op op, uint32_t a, uint32_t b, uint32_t k);
value_id flt__value_alu(struct values *v, uint32_t op, value_id a, value_id b);
value_id flt__value_load(struct values *v, struct place at, uint32_t size);
/* What a register holds where two paths meet, one of them (or both) seen before. */
value_id flt__value_phi(struct values *v, value_id a, value_id b, uint32_t insn, uint32_t reg);
/* k bytes after the offset x. */
struct place flt__place(struct values *v, value_id x, uint32_t k);
/* After the IPv4 header at that place, with its options. */
struct place flt__place_behind_ip(struct values *v, struct place ip);

static inline const struct value_node *value_of(const struct values *v, value_id id)
{
	return &v->nodes[id];
}

/* A load of which some bits are asked: LOAD, or LOAD & mask. */
struct bits {
	struct place at;
	uint32_t size; /* 0: it is something else */
	uint32_t mask;
};

struct bits flt__value_bits(const struct values *v, value_id id);

/* ---- headers: notes_header.c ---------------------------------------------------------------- */

enum header {
#define HEADER(tag, ...) HDR_##tag,
#include "headers.def"
	HDR_COUNT
};

typedef uint64_t header_set;

#define HEADER_BIT(tag) ((header_set)1 << (tag))

struct header_at {
	struct place at;
	header_set headers; /* one of these stands there */
};

#define HEADERS_MAX 12

struct headers {
	struct header_at list[HEADERS_MAX];
	uint32_t count;
	uint8_t wlan_mask; /* bits that are known of the first byte of 802.11 ... */
	uint8_t wlan_bits; /* ... and what they are */
};

struct field {
	enum header header;
	uint16_t off, size;
	uint32_t mask; /* 0: of more than 4 bytes */
	const char *name;
	uint32_t style; /* FLT_STYLE_* */
};

struct notes;

/* What is known of a packet before anything was asked. */
void flt__headers_begin(struct notes *n, struct headers *known);
/* These bits have turned out to be value ... */
void flt__headers_learn(struct notes *n, struct headers *known, value_id asked, uint32_t value);
/* ... to be at most value. */
void flt__headers_learn_max(struct notes *n, struct headers *known, value_id asked, uint32_t most);
/* Whether one of the bits is set; if it is a single one, its value is known on both paths. */
void flt__headers_learn_bit(struct notes *n, struct headers *yes, struct headers *no,
			    value_id asked, uint32_t bits);
/* Of IP of any version and of one version, what is known is the first. */
header_set flt__any_version(header_set headers);
/* One of these begins there; what does, or NULL. */
void flt__headers_add(struct headers *known, struct place at, header_set headers);
const struct header_at *flt__headers_at(const struct headers *known, struct place at);
/* Live, a tag may be in the bytes or not, and programs keep its length in a cell. Is this value
 * what the link header is longer by, on this path? */
bool flt__headers_are_moved(struct notes *n, const struct headers *known, value_id by);
/* Of PPP, whose header has several lengths: which headers begin as many bytes into the packet as a
 * register says, or NULL; what that is where two paths meet. */
const struct header_at *flt__headers_begin_at(struct notes *n, const struct headers *known,
					      value_id off);
void flt__headers_join(struct notes *n, struct headers *known, value_id phi,
		       const struct header_at *a, const struct header_at *b);
/* It was on all paths: what the link header says further on is so many bytes further on. */
void flt__headers_add_moved(struct notes *n, struct headers *known, value_id by);
/* What is known on both paths, in a. */
void flt__headers_meet(struct headers *a, const struct headers *b);
/* The header that bytes are in: the last one that begins before them. NULL: none is known. */
const struct header_at *flt__headers_find(struct notes *n, const struct headers *known,
					  struct bits bits);
const char *flt__header_word(enum header header);
/* The fields of a header, in the order of the table; at: 0 first, then what it was set to. NULL: no
 * more. */
const struct field *flt__header_field(const struct notes *n, enum header header, uint32_t *at);
/* The word for a value of a field which says what follows ("tcp"), or NULL. */
const char *flt__header_code(const struct notes *n, const struct field *field, uint32_t value);

/* ---- 802.11: notes_wlan.c ------------------------------------------------------------------- */

bool flt__is_wlan(const struct link_layout *layout);
/* Where the header begins after one whose length is in the packet; base 0: there is none. */
struct place flt__wlan_begin(struct notes *n);
/* These bits have turned out to be value: of the frame's type, perhaps. */
void flt__wlan_learn(struct headers *known, struct header_at from, struct bits asked,
		     uint32_t value);
/* Is this known to be a data frame, and the offset that of its end, whichever path has left it? */
bool flt__wlan_ends(const struct notes *n, const struct headers *known, value_id base);

/* ---- fields: notes_field.c ------------------------------------------------------------------ */

#define PARTS_MAX 4 /* fields that one comparison asks at once */

/* A field of which all bits are asked. */
struct part {
	const struct field *field;
	header_set headers; /* the field is one of these headers', by the same name */
	uint32_t shift;     /* of its size bytes in the bits that are asked */
};

/* The bits as whole fields, in the order of the packet: how many; 0: they are none. Two of
 * ip[6:4] & 0x1fff00ff: ip.offset, ip.proto. */
uint32_t flt__fields_find(struct notes *n, const struct headers *known, struct bits bits,
			  struct part parts[PARTS_MAX]);
/* A field that has these bytes, and more; NULL: none. */
const struct field *flt__field_around(const struct notes *n, const struct header_at *in,
				      struct bits bits);
/* "tcp", or "tcp/udp/sctp" where it may be any of these. */
void flt__put_headers(struct text *t, header_set headers);
void flt__put_part(struct text *t, const struct part *part);

/* ---- the walk: notes.c ---------------------------------------------------------------------- */

#define REG_COUNT (2 + BPF_MEM_CELLS)
enum { REGS_A, REGS_X, REGS_CELLS };

struct state { /* before an instruction, on all paths to it */
	value_id regs[REG_COUNT];
	struct headers known;
};

#define LINK_FIELDS 3

struct notes {
	struct arena arena;
	struct values values;
	const struct bpf_code *code;
	const struct link_layout *layout; /* NULL: no header is known */
	enum header link;
	struct field link_fields[LINK_FIELDS]; /* type, dst, src, where the layout says */
	uint32_t link_field_count;
	struct state **before; /* by instruction; NULL: not reached yet */
};

/* ---- as text: notes_text.c ------------------------------------------------------------------ */

struct writer {
	struct notes *n;
	const struct state *now; /* before the instruction */
	struct text t;
};

/* A whole field and nothing else? */
bool flt__text_is_field(const struct writer *w, value_id id, struct part *part);
/* The lowest bit of a field, in the bits that it was found in. */
uint32_t flt__part_shift(const struct part *part);
void flt__put_number(struct text *t, uint32_t k, uint32_t style);
/* depth 0: as the whole note, where the bits of a field are its name, wherever they stand. */
void flt__put_value(struct writer *w, value_id id, uint32_t depth);

/* ---- notes_question.c ----------------------------------------------------------------------- */

/* What A is called before that instruction; false: it is no field. */
bool flt__note_name(struct notes *n, const struct state *state, struct value_name *name);
void flt__note_write(struct notes *n, const struct state *before, const struct state *after,
		     uint32_t insn, struct flt_note *note);

#endif
