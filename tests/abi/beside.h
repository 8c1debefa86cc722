/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BESIDE_H
#define BESIDE_H

/* In a file of its own, because <pcap.h> and <bpf/libbpf.h> do not go together. */
int ask_libbpf(void);

#endif
