# SPDX-License-Identifier: BSD-2-Clause
# Other C libraries and machines: builds of their own in a folder here, not part of make check.
check-musl: all
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) '$(srcdir)/tests/port_musl'
check-aarch64 check-s390x: all
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) '$(srcdir)/tests/port_cross' $(@:check-%=%)
clean-ports:
	rm -rf musl cross
.PHONY: check-musl check-aarch64 check-s390x clean-ports

EXTRA_DIST += tests/port_musl tests/port_cross tests/port_programs.py
