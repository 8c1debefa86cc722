# SPDX-License-Identifier: BSD-2-Clause
# A completion for bash: awk -v program=NAME -f tables.awk -f bash.awk TABLE.def ...
#
# Words are offered by a loop, not by compgen -W, which would run what is in $(): names of interfaces come
# from other people.

# "-i|--interface|--interface=" of the options with this argument
function patterns(name_of_argument,   i, text) {
	for (i = 1; i <= options; i++) {
		if (!is_accepted(i) || argument[i] != name_of_argument)
			continue
		if (!is_optional(argument[i]))
			text = text (letter[i] != "" ? "|-" letter[i] : "") (name[i] != "" ? "|--" name[i] : "")
		if (name[i] != "")
			text = text "|--" name[i] "="
	}
	return substr(text, 2)
}

function value_words(argument,   n, text) {
	for (n = 1; n <= values[argument]; n++)
		text = text " " value[argument, n]
	return text
}

# What offers the values of an argument.
function offer(argument,   kind, f) {
	f = "_" program
	kind = kind_of(argument)
	argument = bare(argument)
	if (kind == "list")
		return f "_offer" value_words(argument)
	if (kind == "unit")
		return f "_units" value_words(argument)
	if (kind == "letters")
		return f "_letters" value_words(argument)
	if (kind == "file" || kind == "directory" || kind == "user")
		return f "_names -" substr(kind, 1, 1)
	if (kind == "interface")
		return f "_offer $(sniff -D 2>/dev/null | sed -n 's/^[0-9]*\\.\\([^ ]*\\).*/\\1/p')"
	if (kind == "clock")
		return f "_offer $(sniff -J 2>/dev/null | sed -n 's/^  \\([^ ]*\\) .*/\\1/p')"
	if (kind == "expression")
		return f "_offer $" f "_language"
	return ":"
}

function value_cases(   i, done) {
	print "\tcase $previous in"
	for (i = 1; i <= options; i++)
		if (is_accepted(i) && argument[i] != "" && !done[argument[i]]++)
			printf "\t%s) %s; return ;;\n", patterns(argument[i]), offer(argument[i])
	print "\tesac"
}

# Letters without a value, which may stand before one with a value in a bundle.
function bundle(   i, flags, others) {
	for (i = 1; i <= options; i++)
		if (is_accepted(i) && letter[i] != "") {
			if (argument[i] == "")
				flags = flags letter[i]
			else
				others = others letter[i]
		}
	return "^-[" flags "]+([" others "])$"
}

function option_words(c,   i, text) {
	for (i = 1; i <= options; i++)
		if (is_accepted(i) && (!c || takes(c, i)))
			text = text (letter[i] != "" ? " -" letter[i] : "") (name[i] != "" ? " --" name[i] : "")
	return text
}

function operand_words(c) {
	if (!commands || takes_operand(c, "EXPRESSION"))
		return offer("EXPRESSION")
	return takes_operand(c, "PROGRAM") ? offer("PROGRAM") : ":"
}

function command_cases(   c, words) {
	print "\tcase $command/$current in"
	for (c = 1; c <= commands; c++) {
		printf "\t%s/-*) _%s_offer%s ;;\n", command[c], program, option_words(c)
		printf "\t%s/*) %s ;;\n", command[c], operand_words(c)
		words = words " " command[c]
	}
	printf "\t/-*) _%s_offer%s ;;\n", program, option_words(-1)
	printf "\t/*) _%s_offer%s ;;\n\tesac\n", program, words
}

function plain_cases() {
	print "\tcase $current in"
	printf "\t-*) _%s_offer%s ;;\n", program, option_words(0)
	printf "\t*) %s ;;\n\tesac\n", operand_words(0)
}

function helpers(   n) {
	printf "_%s_language='", program
	for (n = 1; n <= language; n++)
		printf "%s%s", (n > 1 ? " " : ""), language_word[n]
	print "'\n"
	print "# Those of the words that begin as the current one does."
	print "_" program "_offer()\n{"
	print "\tlocal word"
	print "\tfor word; do"
	print "\t\t[[ $word == \"$current\"* ]] && COMPREPLY+=(\"$word\")"
	print "\tdone\n}\n"
	if (uses("unit"))
		unit_helper()
	if (uses("letters"))
		letters_helper()
	print "# Files, directories or users: the option of compgen says which."
	print "_" program "_names()\n{"
	print "\tcompopt -o filenames 2>/dev/null"
	print "\tmapfile -t COMPREPLY < <(compgen \"$1\" -- \"$current\")\n}\n"
}

function unit_helper() {
	print "# The number that was typed, with each unit."
	print "_" program "_units()\n{"
	print "\t[[ $current =~ ^[0-9]+[.]?[0-9]* ]] && _" program "_offer \"${@/#/${BASH_REMATCH[0]}}\"\n}\n"
}

function letters_helper() {
	print "# The letters that were typed, and one more."
	print "_" program "_letters()\n{"
	print "\tcompopt -o nospace 2>/dev/null"
	print "\t_" program "_offer \"${@/#/$current}\"\n}\n"
}

END {
	print "# bash completion for " program ", made from its tables of options\n"
	helpers()
	print "_" program "()\n{"
	print "\tlocal current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command="
	print "\tlocal - IFS=$' \\t\\n'"
	print "\tset -f"
	print "\tCOMPREPLY=()"
	print "\t# --name=value is three words here"
	print "\tif [[ $current == = ]]; then"
	print "\t\tcurrent= previous+=="
	print "\telif [[ $previous == = ]]; then"
	print "\t\tprevious=${COMP_WORDS[COMP_CWORD - 2]}="
	print "\telif [[ $previous =~ " bundle() " ]]; then"
	print "\t\tprevious=-${BASH_REMATCH[1]}"
	print "\tfi"
	value_cases()
	if (commands) {
		print "\t((COMP_CWORD > 1)) && command=${COMP_WORDS[1]}"
		command_cases()
	} else {
		plain_cases()
	}
	print "}"
	print "complete -F _" program " " program
}
