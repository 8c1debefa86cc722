# SPDX-License-Identifier: BSD-2-Clause
# floor 3: the compiler, part of the library

# the tree, the code between, the tables
libfilter_libinternal_la_SOURCES += \
	compiler/ast.h \
	compiler/compile.h \
	compiler/fields.def \
	compiler/ir.c \
	compiler/ir.h \
	compiler/ir_bounds.c \
	compiler/ir_check.c \
	compiler/ir_dominators.c \
	compiler/ir_live.c \
	compiler/ir_number.c \
	compiler/ir_simplify.c \
	compiler/ir_simplify_test.c \
	compiler/ir_text.c \
	compiler/kept.c \
	compiler/kept.h \
	compiler/keywords.def \
	compiler/passes.def \
	compiler/protos.def

# flt_compile
libfilter_libinternal_la_SOURCES += \
	compiler/any_link.c \
	compiler/any_link.h \
	compiler/clauses.c \
	compiler/compile.c \
	compiler/empty.c \
	compiler/empty.h

# text to tree
libfilter_libinternal_la_SOURCES += \
	compiler/ast_text.c \
	compiler/habits.def \
	compiler/hint.c \
	compiler/hint.h \
	compiler/lex.c \
	compiler/lex.h \
	compiler/lex_value.c \
	compiler/names.c \
	compiler/names.h \
	compiler/names_list.c compiler/names_pf.c \
	compiler/names_table.c \
	compiler/names_wlan.c \
	compiler/parse.c \
	compiler/parse.h \
	compiler/parse_arith.c \
	compiler/parse_error.c \
	compiler/parse_id.c \
	compiler/parse_keyword.c \
	compiler/parse_list.h \
	compiler/parse_set.c \
	compiler/parse_test.c \
	compiler/parse_value.c \
	compiler/tokens.def \
	compiler/wlan.def \
	compiler/words.c

# tree to tree
libfilter_libinternal_la_SOURCES += \
	compiler/group.c \
	compiler/group_calm.c \
	compiler/group.h \
	compiler/group_entry.c

# lowering
libfilter_libinternal_la_SOURCES += \
	compiler/layouts.def \
	compiler/link_layout.c \
	compiler/link_layout.h \
	compiler/lower.c \
	compiler/lower.h \
	compiler/lower_arith.c \
	compiler/lower_atm.c \
	compiler/lower_behind.c \
	compiler/lower_behind.h \
	compiler/lower_chain.c \
	compiler/lower_code.c \
	compiler/lower_decnet.c \
	compiler/lower_encap.c \
	compiler/lower_fields.c \
	compiler/lower_host.c \
	compiler/lower_host_set.c \
	compiler/lower_index.c \
	compiler/lower_direction.c compiler/lower_header.c compiler/lower_link.c compiler/lower_llc.c \
	compiler/lower_list.c \
	compiler/lower_list.h \
	compiler/lower_mac.c \
	compiler/lower_mtp.c \
	compiler/lower_net.c \
	compiler/lower_pflog.c \
	compiler/lower_port.c \
	compiler/lower_proto.c \
	compiler/lower_set.c \
	compiler/lower_tunnel.c \
	compiler/lower_wlan.c \
	compiler/set.c \
	compiler/set.h

# passes, allocation, emission
libfilter_libinternal_la_SOURCES += \
	compiler/alloc.c \
	compiler/alloc.h \
	compiler/emit.c \
	compiler/emit.h \
	compiler/emit_merge.c \
	compiler/emit_order.c \
	compiler/emit_value.c \
	compiler/facts.c \
	compiler/facts.h \
	compiler/opt_combine.c \
	compiler/opt_dead.c \
	compiler/opt_fold.c \
	compiler/opt_foresee.c \
	compiler/opt_gather.c \
	compiler/opt_known.c \
	compiler/opt_merge.c \
	compiler/opt_narrow.c \
	compiler/opt_search.c \
	compiler/opt_thread.c \
	compiler/optimize.c

# notes: a program in the words of the protocols
libfilter_libinternal_la_SOURCES += \
	compiler/headers.def \
	compiler/notes.c \
	compiler/notes.h \
	compiler/notes_field.c \
	compiler/notes_header.c \
	compiler/notes_moved.c \
	compiler/notes_question.c \
	compiler/notes_text.c \
	compiler/notes_value.c \
	compiler/notes_wlan.c

dist_man_MANS += compiler/sniff-filter.7
EXTRA_DIST += compiler/README
