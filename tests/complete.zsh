# SPDX-License-Identifier: BSD-2-Clause
# The .zshrc of an interactive zsh on a terminal: completes each line of $COMPLETE_LINES, and ends. Writes to
# $COMPLETE_ANSWERS "== LINE", then what is offered: the word, a tab, and the line that zsh shows for it.
fpath=($COMPLETE_FOLDER/zsh $fpath)
autoload -U compinit
compinit -u -D
zstyle ':completion:*' list-grouped false
COLUMNS=5000
exec 3>$COMPLETE_ANSWERS

# What the completion system adds, written down. With -O, -A and -D it only fills arrays of its own.
compadd() {
	if [[ " $* " == *' -'[OAD]' '* ]]; then
		builtin compadd "$@"
		return
	fi
	local -a added shown
	local at=${@[(i)-(l|)d]} i
	if ((at < $#)); then
		shown=("${(@P)${@[at + 1]}}")
		builtin compadd -A added -D shown "$@"
	else
		builtin compadd -A added "$@"
	fi
	for ((i = 1; i <= $#added; i++)); do
		print -u3 -r -- "${IPREFIX}${(Q)added[i]}"$'\t'"$shown[i]"
	done
	builtin compadd "$@"
}

complete-all() {
	local line
	for line in "${(@f)$(<$COMPLETE_LINES)}"; do
		BUFFER=$line
		CURSOR=$#line
		print -u3 -r -- "== $line"
		zle list-choices
	done
	exit
}
zle -N zle-line-init complete-all
