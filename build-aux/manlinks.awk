# SPDX-License-Identifier: BSD-2-Clause
# The names in the NAME section of manuals (mdoc) that are not the page's own: a line each, the name and
# the page's file.

FNR == 1 {
	page = FILENAME
	sub(/.*\//, "", page)
	in_name = 0
}
/^\.Sh/ { in_name = $2 == "NAME" }
in_name && $1 == ".Nm" && $2 ".3" != page { print $2, page }
