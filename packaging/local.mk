# SPDX-License-Identifier: BSD-2-Clause
# The tarball. Of one commit it is the same, byte by byte, whoever makes it, when and where: sorted
# names, no owner, one time and two modes. The generated files in it are those of the Autotools here.
EXTRA_DIST += build-aux/dist_time.sh
GZIP_ENV = -9n
am__tar = LC_ALL=C $(AMTAR) --format=ustar --sort=name --owner=0 --group=0 --numeric-owner \
	--mode=u=rwX,go=rX --mtime=@$$($(SHELL) $(top_srcdir)/build-aux/dist_time.sh $(top_srcdir)) \
	--hard-dereference -chf - "$$tardir"

# Here, because make does not notice what fails inside of am__tar.
dist-hook:
	@$(SHELL) $(top_srcdir)/build-aux/dist_time.sh $(top_srcdir) >/dev/null

# Two clones, two tarballs; what is in them and what git tracks.
check-dist:
	$(top_srcdir)/tests/dist_reproducible
.PHONY: check-dist
EXTRA_DIST += tests/dist_reproducible

# Unattended capture. bindir may name prefix, and that exec_prefix: make knows what they come to.
systemdsystemunitdir = @systemdsystemunitdir@
systemdsystemunit_DATA = packaging/systemd/sniff@.service
EXTRA_DIST += packaging/systemd/sniff@.service.in
CLEANFILES += packaging/systemd/sniff@.service
packaging/systemd/sniff@.service: $(srcdir)/packaging/systemd/sniff@.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) packaging/systemd && sed 's,@bindir[@],$(bindir),' \
		'$(srcdir)/packaging/systemd/sniff@.service.in' > $@.tmp && mv $@.tmp $@

# Minutes, root and the network: not part of make check.
check-packages: all
	TOP_BUILDDIR='$(abs_top_builddir)' $(top_srcdir)/tests/packages
.PHONY: check-packages
EXTRA_DIST += tests/packages

dist_doc_DATA += packaging/PACKAGES
TESTS += tests/unattended.sh tests/packaging_facts
EXTRA_DIST += tests/unattended.sh tests/packaging_facts packaging/debian packaging/rpm/sniff.spec
