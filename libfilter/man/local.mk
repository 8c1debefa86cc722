# SPDX-License-Identifier: BSD-2-Clause
# The manual of the library: a page for each group of functions. `man FUNCTION` finds it through a link, made
# from the names in the page's NAME section.
LIBRARY_PAGES = \
	libfilter/man/flt_attach.3 \
	libfilter/man/flt_check.3 \
	libfilter/man/flt_compile.3 \
	libfilter/man/flt_error.3 \
	libfilter/man/flt_interfaces.3 \
	libfilter/man/flt_linktype.3 \
	libfilter/man/flt_open.3 \
	libfilter/man/flt_packet.3 \
	libfilter/man/flt_program.3 \
	libfilter/man/flt_program_clause.3 \
	libfilter/man/flt_program_notes.3 \
	libfilter/man/flt_program_superset.3 \
	libfilter/man/flt_resolver.3 \
	libfilter/man/flt_run.3 \
	libfilter/man/flt_sink.3 \
	libfilter/man/flt_source.3 \
	libfilter/man/libfilter.3
dist_man_MANS += $(LIBRARY_PAGES)
EXTRA_DIST += build-aux/manlinks.awk

LIBRARY_LINKS = libfilter/man/links
noinst_DATA += $(LIBRARY_LINKS)/stamp
CLEANFILES += $(LIBRARY_LINKS)/*.3 $(LIBRARY_LINKS)/stamp

$(LIBRARY_LINKS)/stamp: $(LIBRARY_PAGES) $(srcdir)/build-aux/manlinks.awk
	$(AM_V_GEN)rm -rf $(LIBRARY_LINKS) && $(MKDIR_P) $(LIBRARY_LINKS) && \
	for page in $(LIBRARY_PAGES); do \
		$(AWK) -f '$(srcdir)/build-aux/manlinks.awk' "$(srcdir)/$$page" || exit 1; \
	done | while read name page; do \
		echo ".so man3/$$page" > "$(LIBRARY_LINKS)/$$name.3" || exit 1; \
	done && touch $@

install-data-local: install-library-links
uninstall-local: uninstall-library-links

install-library-links: $(LIBRARY_LINKS)/stamp
	$(MKDIR_P) '$(DESTDIR)$(man3dir)'
	$(INSTALL_DATA) $(LIBRARY_LINKS)/*.3 '$(DESTDIR)$(man3dir)'
uninstall-library-links: $(LIBRARY_LINKS)/stamp
	for link in $(LIBRARY_LINKS)/*.3; do rm -f '$(DESTDIR)$(man3dir)/'"$${link##*/}"; done
.PHONY: install-library-links uninstall-library-links
