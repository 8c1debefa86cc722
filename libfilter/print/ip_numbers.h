/* SPDX-License-Identifier: BSD-2-Clause */
/* Protocols that IP carries, and where the fields of its headers are, for printers that look into
 * the quoted beginning of a datagram. */
#ifndef IP_NUMBERS_H
#define IP_NUMBERS_H

#define IP_ICMP  1u
#define IP_IGMP  2u
#define IP_IPV4  4u
#define IP_TCP   6u
#define IP_UDP   17u
#define IP_IPV6  41u
#define IP_ICMP6 58u

#define IP4_HEADER_MIN     20u
#define IP4_AT_TOTAL_LEN   2u
#define IP4_AT_PROTOCOL    9u
#define IP4_AT_CHECKSUM    10u
#define IP4_AT_DESTINATION 16u

#define IP6_HEADER         40u
#define IP6_AT_NEXT_HEADER 6u
#define IP6_AT_SOURCE      8u
#define IP6_AT_DESTINATION 24u

#define AT_DESTINATION_PORT 2u /* in the headers of TCP and UDP */

#endif
