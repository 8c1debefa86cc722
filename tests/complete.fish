# SPDX-License-Identifier: BSD-2-Clause
# fish --no-config complete.fish FOLDER: completes each line of standard input. Prints "== LINE", then what is
# offered: the word, a tab, and what it means.
for file in $argv[1]/fish/*.fish
	source $file
end
while read -l line
	echo "== $line"
	complete -C "$line"
end
