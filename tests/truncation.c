/* SPDX-License-Identifier: BSD-2-Clause */
#include "truncation.h"

#include "bpf.h"

uint32_t truncation_wirelen(const struct truncation *t, uint32_t cut)
{
	return t->wirelen == TRUNCATION_NO_WIRE ? cut : t->wirelen;
}

void truncation_ask(struct truncation *t, const struct flt_insn *insns, uint32_t count)
{
	t->free_count = 0;
	for (uint32_t cut = 0; cut <= t->len; cut++) {
		struct reference said = reference_run(insns, count, t->bytes, cut,
						      truncation_wirelen(t, cut), t->meta);
		t->value[cut] = said.value;
		t->is_free[cut] = said.is_truncated;
		t->free_count += said.is_truncated;
	}
}

bool truncation_forbids(const struct truncation *t, uint32_t cut, uint32_t got,
			struct breach *breach)
{
	if (t->is_free[cut] || got == t->value[cut])
		return false;
	*breach = (struct breach){ cut, t->value[cut], got };
	return true;
}

bool truncation_breach(const struct truncation *t, const struct flt_insn *candidate,
		       struct breach *breach)
{
	for (uint32_t cut = 0; cut <= t->len; cut++) {
		uint32_t got =
			flt__bpf_run(candidate, t->bytes, cut, truncation_wirelen(t, cut), t->meta);
		if (truncation_forbids(t, cut, got, breach))
			return true;
	}
	return false;
}
