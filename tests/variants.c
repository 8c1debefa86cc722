/* SPDX-License-Identifier: BSD-2-Clause */
#include "variants.h"

#include <string.h>

#include "watched.h"

bool variant_compile(struct variant *v, const char *expression, const struct flt_compile_opts *opts)
{
	struct flt_compile_opts mine = *opts;

	mine.trace = watched_text;
	mine.trace_letters = "";
	mine.passes = v->passes;
	mine.flags |= *v->passes ? 0 : FLT_COMPILE_O0;
	v->prog = NULL;
	v->count = 0;
	flt_compile(&v->prog, expression, strlen(expression), &mine, NULL);
	v->insns = v->prog ? flt_program_insns(v->prog, &v->count) : NULL;
	return v->prog != NULL;
}

bool variant_is_same(const struct variant *one, const struct variant *other)
{
	return one->count == other->count &&
	       memcmp(one->insns, other->insns, one->count * sizeof(*one->insns)) == 0;
}

static void name_variants(struct variant variants[VARIANTS], struct random *r)
{
	char *some = variants[VARIANT_SOME].passes, *all = variants[VARIANT_BEST].passes;
	size_t chosen = 0;

	for (size_t i = 0; i < PASSES; i++) {
		variants[i + 1].passes[0] = variant_letters[i];
		variants[i + 1].passes[1] = '\0';
		all[i] = variant_letters[i];
		if (random_one_in(r, 2))
			some[chosen++] = variant_letters[i];
	}
	all[PASSES] = '\0';
	some[chosen] = '\0';
	variants[VARIANT_PLAIN].passes[0] = '\0';
}

bool variants_compile(struct variant variants[VARIANTS], struct random *r, const char *expression,
		      const struct flt_compile_opts *opts, bool *is_odd)
{
	unsigned refused = 0;

	name_variants(variants, r);
	for (size_t i = 0; i < VARIANTS; i++) {
		struct variant *v = &variants[i];
		refused += !variant_compile(v, expression, opts);
		v->is_new = !refused;
		for (size_t before = 0; before < i && v->is_new; before++)
			v->is_new = !variant_is_same(v, &variants[before]);
	}
	*is_odd = refused && refused != VARIANTS;
	return !refused;
}

void variants_drop(struct variant variants[VARIANTS])
{
	for (size_t i = 0; i < VARIANTS; i++)
		flt_program_unref(variants[i].prog);
}
