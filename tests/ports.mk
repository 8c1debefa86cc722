# SPDX-License-Identifier: BSD-2-Clause
# Other C libraries and machines: builds of their own in a folder here, not part of make check.
check-musl: all
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) '$(srcdir)/tests/port_musl'
clean-ports:
	rm -rf musl
.PHONY: check-musl clean-ports

EXTRA_DIST += tests/port_musl
