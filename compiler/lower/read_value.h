/* SPDX-License-Identifier: BSD-2-Clause */
/* Values as they were written: what stages read of them. */
#ifndef READ_VALUE_H
#define READ_VALUE_H

#include "ast.h"

#define MASK_HOST 0xffffffffu

/* "an IPv4 address": what a value is, for messages. */
const char *flt__lower_value_name(const struct value *value);
/* Is it one that IP headers name? */
bool flt__lower_is_inside_ip(enum proto proto);
/* No protocol, or one whose addresses are IPv4's. */
bool flt__lower_is_ip4_proto(enum proto proto);
/* Octets as written are the leading ones: 10.1 is 10.1.0.0, and names a /16. False: a prefix
 * follows. */
bool flt__lower_read_ip4(const struct value *value, uint32_t *addr, uint32_t *mask);
/* The mask that the prefix says; refused when it is too long, or the address has bits outside. */
bool flt__lower_read_prefix4(struct compile *c, const struct value *value, uint32_t addr,
			     uint32_t *mask);
/* `net 10`: its leading zero octets are dropped. */
void flt__lower_read_number4(uint32_t *addr, uint32_t *mask);
void flt__lower_read_words(const uint8_t bytes[16], uint32_t words[4]);
bool flt__lower_read_prefix6(struct compile *c, const struct value *value, const uint32_t addr[4],
			     uint32_t mask[4]);

#endif
