/* SPDX-License-Identifier: BSD-2-Clause */
/* Random programs and packets for the machine's tests; the same seed gives the same ones
 * everywhere. */
#ifndef RANDOM_PROGRAM_H
#define RANDOM_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "libfilter.h"

#define RANDOM_MAX_INSNS 320u
#define RANDOM_MAX_BYTES 2048u

struct random {
	uint64_t state;
};

void random_seed(struct random *r, uint64_t seed);
/* Below limit; limit is not 0. */
uint32_t random_below(struct random *r, uint32_t limit);
bool random_one_in(struct random *r, uint32_t n);

/* A program of at most RANDOM_MAX_INSNS instructions; returns how many. Most follow the rules, some
 * break one. */
uint32_t random_program(struct random *r, struct flt_insn *insns);
/* A packet of at most RANDOM_MAX_BYTES bytes, perhaps none; returns how many. */
uint32_t random_packet(struct random *r, uint8_t *bytes);

/* The time, or what SEED= and RUNS= in the environment say. */
uint64_t random_seed_from_environment(void);
uint64_t random_runs_from_environment(uint64_t usual);

#endif
