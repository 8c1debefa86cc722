# SPDX-License-Identifier: BSD-2-Clause
# Texts that are made from the tables of the programs: their manual pages, and completions for three shells.
# tables.awk reads tables, page.awk fills the places of a page, bash.awk and the like write a completion.
TABLE_READER = $(srcdir)/build-aux/tables.awk
SNIFF_TABLES = $(srcdir)/sniff/sniff_options.def
FILTERC_TABLES = $(srcdir)/filterc/filterc_options.def $(srcdir)/filterc/commands.def $(srcdir)/filterc/words.def
EXTRA_DIST += build-aux/tables.awk build-aux/page.awk build-aux/bash.awk build-aux/zsh.awk build-aux/fish.awk

man_MANS = sniff/sniff.1 filterc/filterc.1
EXTRA_DIST += sniff/sniff.1.in filterc/filterc.1.in
CLEANFILES += $(man_MANS)
PAGE_MAKER = $(srcdir)/build-aux/page.awk
MAKE_PAGE = $(AWK) -v version='$(PACKAGE_VERSION)' -f $(TABLE_READER) -f $(PAGE_MAKER)

sniff/sniff.1: $(srcdir)/sniff/sniff.1.in $(SNIFF_TABLES) $(TABLE_READER) $(PAGE_MAKER)
	$(AM_V_GEN)$(MKDIR_P) sniff && $(MAKE_PAGE) $(SNIFF_TABLES) $(srcdir)/sniff/sniff.1.in > $@.tmp && mv $@.tmp $@
filterc/filterc.1: $(srcdir)/filterc/filterc.1.in $(FILTERC_TABLES) $(TABLE_READER) $(PAGE_MAKER)
	$(AM_V_GEN)$(MKDIR_P) filterc && $(MAKE_PAGE) $(FILTERC_TABLES) $(srcdir)/filterc/filterc.1.in > $@.tmp && mv $@.tmp $@

# Where each shell looks for completions. Debian's zsh has vendor-completions in the place of site-functions.
bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
fishcompletiondir = $(datadir)/fish/vendor_completions.d
bashcompletion_DATA = completion/bash/sniff completion/bash/filterc
zshcompletion_DATA = completion/zsh/_sniff completion/zsh/_filterc
fishcompletion_DATA = completion/fish/sniff.fish completion/fish/filterc.fish
SNIFF_COMPLETIONS = completion/bash/sniff completion/zsh/_sniff completion/fish/sniff.fish
FILTERC_COMPLETIONS = completion/bash/filterc completion/zsh/_filterc completion/fish/filterc.fish
CLEANFILES += $(SNIFF_COMPLETIONS) $(FILTERC_COMPLETIONS)
COMPLETION_MAKERS = $(srcdir)/build-aux/bash.awk $(srcdir)/build-aux/zsh.awk $(srcdir)/build-aux/fish.awk
MAKE_COMPLETION = $(AWK) -f $(TABLE_READER) -f $(srcdir)/build-aux/`basename $(@D)`.awk

# What options take: link types, letters of passes, the words of the language.
VALUE_TABLES = $(srcdir)/libfilter/names/links.def $(srcdir)/compiler/passes.def $(srcdir)/compiler/text/tokens.def \
	$(srcdir)/compiler/text/keywords.def $(srcdir)/compiler/text/protos.def

$(SNIFF_COMPLETIONS): $(SNIFF_TABLES) $(VALUE_TABLES) $(TABLE_READER) $(COMPLETION_MAKERS)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(MAKE_COMPLETION) program=sniff $(SNIFF_TABLES) $(VALUE_TABLES) > $@.tmp && mv $@.tmp $@
$(FILTERC_COMPLETIONS): $(FILTERC_TABLES) $(VALUE_TABLES) $(TABLE_READER) $(COMPLETION_MAKERS)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(MAKE_COMPLETION) program=filterc $(FILTERC_TABLES) $(VALUE_TABLES) > $@.tmp && mv $@.tmp $@
