/* SPDX-License-Identifier: BSD-2-Clause */
/* Hints after a refusal: what may have been meant. */
#ifndef HINT_H
#define HINT_H

#include "token.h"

/* Where the word stands that is none of the language's. */
enum hint_place { HINT_TEST, HINT_NUMBER, HINT_BETWEEN, HINT_TYPE };

struct hint {
	char text[160]; /* "; write 'host 10.0.0.1'", or "" */
};

/* For a word: how other tools' words are said here, else the nearest word of the language. */
struct hint flt__hint_word(const struct compile *c, struct span word, enum hint_place place);
/* For a word that stands where the name of a port or of an EtherType does, and is a test in other
 * tools. */
struct hint flt__hint_port(const struct compile *c, struct span word);
/* For a word that was taken for a host, as `bgp` in `host 10.0.0.1 and bgp`, or for a protocol, as
 * in `proto bgp`: the test that it may be. */
struct hint flt__hint_host(const struct compile *c, struct span word);
/* A range of addresses, `host 10.0.0.1-10.0.0.9`: as a set. */
struct hint flt__hint_addresses(const struct compile *c, struct span range);
/* A range after `port`: as one of `portrange`. */
struct hint flt__hint_portrange(const struct compile *c, const char *range);
/* A word of the language where a name stands, after `before`: with a backslash it may be one, or
 * it is a test of its own. */
struct hint flt__hint_keyword(const struct compile *c, struct span before, struct span word);
/* A word too many, `vlan id 5`. */
struct hint flt__hint_between(const struct compile *c, struct span keyword, struct span word);
/* A range after a keyword, `vlan 5-10`: as a set. */
struct hint flt__hint_range(const struct compile *c, struct span keyword, struct span range);
/* For len bytes that are one character of no token. */
struct hint flt__hint_chars(const char *chars, size_t len);

#endif
