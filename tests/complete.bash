# SPDX-License-Identifier: BSD-2-Clause
# bash complete.bash FOLDER: completes each line of standard input, as readline would call for it.
# Prints "== LINE", then what is offered.
for file in "$1"/bash/*; do
	. "$file"
done

# The words of the line, broken at = too, as bash does it.
break_up() {
	COMP_WORDS=()
	local word rest
	for word in ${1//=/ = }; do
		COMP_WORDS+=("$word")
	done
	[[ $1 == *' ' ]] && COMP_WORDS+=('')
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
}

while IFS= read -r line; do
	printf '== %s\n' "$line"
	break_up "$line"
	COMPREPLY=()
	command=$(complete -p "${COMP_WORDS[0]}")
	function=${command#*-F }
	"${function%% *}" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
	[ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\n' "${COMPREPLY[@]}"
done
