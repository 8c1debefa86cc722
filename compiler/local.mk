# SPDX-License-Identifier: BSD-2-Clause
# layer 3: the compiler, part of the library

# flt_compile and its like
libfilter_libinternal_la_SOURCES += \
	compiler/any_link.c \
	compiler/any_link.h \
	compiler/clauses.c \
	compiler/compile.c \
	compiler/compile.h \
	compiler/context.h \
	compiler/empty.c \
	compiler/empty.h \
	compiler/layouts.def \
	compiler/link_layout.c \
	compiler/link_layout.h \
	compiler/passes.def

# text to tree
libfilter_libinternal_la_SOURCES += \
	compiler/text/ast.h \
	compiler/text/ast_text.c \
	compiler/text/habits.def \
	compiler/text/hint.c \
	compiler/text/hint.h \
	compiler/text/keywords.def \
	compiler/text/lex.c \
	compiler/text/lex_value.c \
	compiler/text/parse.c \
	compiler/text/parse.h \
	compiler/text/parse_arith.c \
	compiler/text/parse_error.c \
	compiler/text/parse_id.c \
	compiler/text/parse_keyword.c \
	compiler/text/parse_list.h \
	compiler/text/parse_primitive.c \
	compiler/text/parse_set.c \
	compiler/text/parse_value.c \
	compiler/text/parse_base.c \
	compiler/text/parser.h \
	compiler/text/protos.def \
	compiler/text/quote.c \
	compiler/text/quote.h \
	compiler/text/read_lists.c \
	compiler/text/read_lists.h \
	compiler/text/token.h \
	compiler/text/tokens.def \
	compiler/text/words.c

# tree to tree, tree to code
libfilter_libinternal_la_SOURCES += \
	compiler/lower/fields.def \
	compiler/lower/group.c \
	compiler/lower/group.h \
	compiler/lower/group_entry.c \
	compiler/lower/group_pure.c \
	compiler/lower/grouping.h \
	compiler/lower/lower.c \
	compiler/lower/lower.h \
	compiler/lower/lower_addresses.c \
	compiler/lower/lower_arith.c \
	compiler/lower/lower_atm.c \
	compiler/lower/lower_chain.c \
	compiler/lower/lower_code.c \
	compiler/lower/lower_decnet.c \
	compiler/lower/lower_direction.c \
	compiler/lower/lower_encap.c \
	compiler/lower/lower_fields.c \
	compiler/lower/lower_header.c \
	compiler/lower/lower_host.c \
	compiler/lower/lower_host_set.c \
	compiler/lower/lower_ip.c \
	compiler/lower/lower_link.c \
	compiler/lower/lower_list.c \
	compiler/lower/lower_list.h \
	compiler/lower/lower_llc.c \
	compiler/lower/lower_mac.c \
	compiler/lower/lower_mtp.c \
	compiler/lower/lower_net.c \
	compiler/lower/lower_pflog.c \
	compiler/lower/lower_port.c \
	compiler/lower/lower_presence.c \
	compiler/lower/lower_presence.h \
	compiler/lower/lower_proto.c \
	compiler/lower/lower_quals.c \
	compiler/lower/lower_relation.c \
	compiler/lower/lower_set.c \
	compiler/lower/lower_tunnel.c \
	compiler/lower/lower_wlan.c \
	compiler/lower/lowering.h \
	compiler/lower/names.h \
	compiler/lower/names_list.c \
	compiler/lower/names_pf.c \
	compiler/lower/names_resolver.c \
	compiler/lower/names_table.c \
	compiler/lower/names_wlan.c \
	compiler/lower/read_value.c \
	compiler/lower/read_value.h \
	compiler/lower/set.c \
	compiler/lower/set.h \
	compiler/lower/wlan.def

# the code between, and its passes
libfilter_libinternal_la_SOURCES += \
	compiler/code/facts.c \
	compiler/code/facts.h \
	compiler/code/ir.h \
	compiler/code/ir_bounds.c \
	compiler/code/ir_build.c \
	compiler/code/ir_check.c \
	compiler/code/ir_dominators.c \
	compiler/code/ir_live.c \
	compiler/code/ir_number.c \
	compiler/code/ir_simplify.c \
	compiler/code/ir_simplify_branch.c \
	compiler/code/ir_text.c \
	compiler/code/opt_combine.c \
	compiler/code/opt_dead.c \
	compiler/code/opt_fold.c \
	compiler/code/opt_foresee.c \
	compiler/code/opt_gather.c \
	compiler/code/opt_known.c \
	compiler/code/opt_merge.c \
	compiler/code/opt_narrow.c \
	compiler/code/opt_search.c \
	compiler/code/opt_thread.c \
	compiler/code/optimize.c \
	compiler/code/optimize.h \
	compiler/code/pmap.c \
	compiler/code/pmap.h

# code to a program
libfilter_libinternal_la_SOURCES += \
	compiler/emit/alloc.c \
	compiler/emit/alloc.h \
	compiler/emit/emit.c \
	compiler/emit/emit.h \
	compiler/emit/emit_merge.c \
	compiler/emit/emit_order.c \
	compiler/emit/emit_value.c \
	compiler/emit/emitter.h

# notes: a program in the words of the protocols
libfilter_libinternal_la_SOURCES += \
	compiler/notes/headers.def \
	compiler/notes/notes.h \
	compiler/notes/notes_field.c \
	compiler/notes/notes_header.c \
	compiler/notes/notes_moved.c \
	compiler/notes/notes_question.c \
	compiler/notes/notes_text.c \
	compiler/notes/notes_value.c \
	compiler/notes/notes_wlan.c \
	compiler/notes/program_notes.c

dist_man_MANS += compiler/sniff-filter.7
EXTRA_DIST += compiler/README
