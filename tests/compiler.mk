# SPDX-License-Identifier: BSD-2-Clause
# layer 3: the language

# intermediate code, evaluated directly and through emission
check_PROGRAMS += tests/ir_random
TESTS += tests/ir_random
tests_ir_random_SOURCES = tests/ir_random.c tests/ir_make.c
noinst_HEADERS += tests/ir_make.h
# its text, read back; before and after each pass
check_PROGRAMS += tests/prop_ir_text tests/pass_rows
TESTS += tests/prop_ir_text tests/pass_rows
tests_prop_ir_text_SOURCES = tests/prop_ir_text.c tests/ir_read.c tests/ir_scan.c tests/ir_make.c
tests_pass_rows_SOURCES = tests/pass_rows.c tests/ir_read.c tests/ir_scan.c
noinst_HEADERS += tests/ir_read.h tests/ir_scan.h
EXTRA_DIST += tests/passes.rows

# the language: text to tree, names
check_PROGRAMS += tests/parse_rows
TESTS += tests/parse_rows
tests_parse_rows_SOURCES = tests/parse_rows.c
EXTRA_DIST += tests/parse.rows tests/names
if HAVE_CHECK
UNITS_LANGUAGE = tests/unit_arith tests/unit_chain tests/unit_clauses tests/unit_compile tests/unit_cost \
	tests/unit_group tests/unit_lists tests/unit_lookups tests/unit_names tests/unit_parse tests/unit_pmap \
	tests/unit_sets tests/unit_superset tests/unit_watch
check_PROGRAMS += $(UNITS_LANGUAGE)
TESTS += $(UNITS_LANGUAGE)
tests_unit_compile_SOURCES = tests/unit_compile.c
tests_unit_arith_SOURCES = tests/unit_arith.c
tests_unit_chain_SOURCES = tests/unit_chain.c
tests_unit_cost_SOURCES = tests/unit_cost.c
tests_unit_lists_SOURCES = tests/unit_lists.c
tests_unit_lookups_SOURCES = tests/unit_lookups.c
tests_unit_pmap_SOURCES = tests/unit_pmap.c
tests_unit_names_SOURCES = tests/unit_names.c
tests_unit_parse_SOURCES = tests/unit_parse.c
tests_unit_clauses_SOURCES = tests/unit_clauses.c
tests_unit_group_SOURCES = tests/unit_group.c
tests_unit_sets_SOURCES = tests/unit_sets.c
tests_unit_superset_SOURCES = tests/unit_superset.c tests/random_program.c
tests_unit_watch_SOURCES = tests/unit_watch.c
endif

FUZZ_TARGETS += compile
check_PROGRAMS += tests/fuzz/replay_compile
tests_fuzz_replay_compile_SOURCES = tests/fuzz/fuzz_compile.c tests/fuzz/replay_main.c
EXTRA_DIST += tests/fuzz/corpus/compile
# random expressions, against the established library where it is there
noinst_HEADERS += tests/link_headers.def tests/known_differences.h tests/packet_pool.h tests/random_filter.def \
	tests/random_filter.h tests/random_links.def tests/break_filter.h tests/random_links.h tests/reference.h \
	tests/truncation.h tests/variants.h tests/watched.h
POOL_SOURCES = tests/packet_pool.c tests/packet_rehead.c
RANDOM_SOURCES = tests/random_filter.c tests/random_links.c tests/random_program.c
if HAVE_PCAP
check_PROGRAMS += tests/compare_libpcap
TESTS += tests/compare_libpcap
tests_compare_libpcap_SOURCES = tests/compare_libpcap.c tests/known_differences.c tests/reference.c \
	$(POOL_SOURCES) $(RANDOM_SOURCES)
tests_compare_libpcap_LDADD = libfilter/libinternal.la $(PCAP_LIBS)
endif
EXTRA_DIST += tests/differences.patterns

# the truncation rule: its judge, and random expressions: what each pass does to them
check_PROGRAMS += tests/truncation_rows tests/prop_optimize
TESTS += tests/truncation_rows tests/prop_optimize
tests_truncation_rows_SOURCES = tests/truncation_rows.c tests/truncation.c tests/reference.c \
	tests/random_program.c
tests_prop_optimize_SOURCES = tests/prop_optimize.c tests/kernel.c tests/truncation.c tests/reference.c \
	tests/variants.c $(POOL_SOURCES) $(RANDOM_SOURCES)
# random sets: each means what its entries mean, joined by `or`
check_PROGRAMS += tests/prop_sets
TESTS += tests/prop_sets tests/sets_proof
tests_prop_sets_SOURCES = tests/prop_sets.c tests/reference.c $(POOL_SOURCES) $(RANDOM_SOURCES)
EXTRA_DIST += tests/sets_proof
# terms that are gathered into sets
check_PROGRAMS += tests/prop_group
TESTS += tests/prop_group
tests_prop_group_SOURCES = tests/prop_group.c tests/truncation.c tests/reference.c $(POOL_SOURCES) \
	$(RANDOM_SOURCES)
# words that the text moves behind headers
check_PROGRAMS += tests/prop_moved
TESTS += tests/prop_moved
tests_prop_moved_SOURCES = tests/prop_moved.c tests/reference.c $(POOL_SOURCES) $(RANDOM_SOURCES)
# notes of programs and clauses of expressions, read and compared with packets
check_PROGRAMS += tests/prop_notes
TESTS += tests/prop_notes
tests_prop_notes_SOURCES = tests/prop_notes.c tests/note_text.c tests/true_headers.c tests/reference.c \
	$(POOL_SOURCES) $(RANDOM_SOURCES)
noinst_HEADERS += tests/note_text.h tests/note_texts.def tests/true_headers.def tests/true_headers.h
# supersets of programs that are too big
check_PROGRAMS += tests/prop_superset
TESTS += tests/prop_superset
tests_prop_superset_SOURCES = tests/prop_superset.c tests/kernel.c tests/reference.c $(POOL_SOURCES) \
	$(RANDOM_SOURCES)
# the same with mistakes in them
check_PROGRAMS += tests/prop_errors
TESTS += tests/prop_errors
tests_prop_errors_SOURCES = tests/prop_errors.c tests/break_filter.c tests/random_filter.c \
	tests/random_links.c tests/random_program.c
tests_prop_errors_LDADD = libfilter/libinternal.la -lpthread

# breaches planted in the compiler, which the tests notice: here, that every row applies; each is built and tried by
# make check-mutations (half a minute for one that survives)
TESTS += tests/mutate
EXTRA_DIST += tests/mutate tests/mutations.rows
check-mutations:
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) python3 '$(srcdir)/tests/mutate' run $(MUTATIONS)
.PHONY: check-mutations
