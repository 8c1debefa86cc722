# SPDX-License-Identifier: BSD-2-Clause
# A completion for zsh: awk -v program=NAME -f tables.awk -f zsh.awk TABLE.def ...

function quoted(text) {
	gsub(/'/, "'\\''", text)
	return "'" text "'"
}

# In a specification of _arguments or _describe.
function escaped(text) {
	gsub(/\\|\[|\]|:/, "\\\\&", text)
	return text
}

# ---- values

# Rows that a program lists, `text` of them after what is cut off: the first word is the name.
function program_list(text) {
	print "\tlocal -a choices=(" text ")"
	print "\tchoices=(${choices/ /:})"
}

function value_list(argument,   n, text) {
	print "\tlocal -a choices=("
	for (n = 1; n <= values[argument]; n++) {
		text = value[argument, n]
		if (meaning[argument, n] != "")
			text = text ":" escaped(meaning[argument, n])
		printf "\t\t%s\n", quoted(text)
	}
	print "\t)"
}

function value_body(argument, kind) {
	if (kind == "interface")
		program_list("${${${(f)\"$(_call_program interfaces sniff -D 2>/dev/null)\"}#*.}//:/\\:}")
	else if (kind == "clock")
		program_list("${${(M)${(f)\"$(_call_program clocks sniff -J 2>/dev/null)\"//[()]}:#  *}#  }")
	else
		value_list(argument)
	if (kind == "letters")
		print "\tcompset -P '*'"
	if (kind == "unit")
		printf "\tif ! compset -P '[0-9]##(|.[0-9]#)'; then\n\t\t_message %s\n\t\treturn\n\tfi\n", quoted(argument)
	printf "\t_describe -V %s choices%s\n", quoted(argument), (kind == "letters" ? " -S ''" : "")
}

function value_functions(   i, a, kind, done) {
	for (i = 1; i <= options; i++) {
		a = bare(argument[i])
		kind = kind_of(a)
		if (a == "" || !is_accepted(i) || done[a]++)
			continue
		if (kind ~ /^(list|letters|unit|interface|clock)$/) {
			printf "_%s_%s()\n{\n", program, identifier(a)
			value_body(a, kind)
			print "}\n"
		}
	}
	printf "_%s_language()\n{\n\tlocal -a choices=(", program
	for (n = 1; n <= language; n++)
		printf "%s%s", (n > 1 ? " " : ""), language_word[n]
	print ")\n\tcompadd -X 'filter expression' -a choices\n}\n"
}

function action(argument,   kind) {
	kind = kind_of(argument)
	if (kind == "file")
		return "_files"
	if (kind == "directory")
		return "_directories"
	if (kind == "user")
		return "_users"
	if (kind == "expression")
		return "_" program "_language"
	return kind == "free" ? " " : "_" program "_" identifier(bare(argument))
}

# ---- options

# Options that are given once only exclude each other's names.
function exclusion(i) {
	if (effect[i] ~ /^COUNT/)
		return "*"
	if (letter[i] == "" || name[i] == "")
		return ""
	return "(-" letter[i] " --" name[i] ")"
}

function specification(i, option,   text) {
	text = exclusion(i) option
	if (is_optional(argument[i]))
		text = text "=-"
	else if (argument[i] != "")
		text = text (option ~ /^--/ ? "=" : "+")
	text = text "[" escaped(summary(help[i])) "]"
	if (argument[i] != "")
		text = text (is_optional(argument[i]) ? "::" : ":") escaped(bare(argument[i])) ":" action(argument[i])
	printf "\t\t%s\n", quoted(text)
}

function option_list(c,   i) {
	for (i = 1; i <= options; i++) {
		if (!is_accepted(i) || (c && !takes(c, i)))
			continue
		if (letter[i] != "")
			specification(i, "-" letter[i])
		if (name[i] != "")
			specification(i, "--" name[i])
	}
}

function arguments(c) {
	print "\tlocal -a arguments=("
	option_list(c)
	if (!c || takes_operand(c, "EXPRESSION"))
		printf "\t\t'*:filter expression:_%s_language'\n", program
	else if (takes_operand(c, "PROGRAM"))
		print "\t\t'1:PROGRAM:_files'"
	print "\t)\n\t_arguments -s -S $arguments"
}

function command_functions(   c) {
	for (c = 1; c <= commands; c++) {
		printf "_%s_command_%s()\n{\n", program, command[c]
		arguments(c)
		print "}\n"
	}
	printf "_%s_commands()\n{\n\tlocal -a choices=(\n", program
	for (c = 1; c <= commands; c++)
		printf "\t\t%s\n", quoted(command[c] ":" escaped(command_help[c]))
	print "\t)\n\t_describe -V command choices\n}\n"
}

function dispatch() {
	print "\tlocal state line"
	print "\tlocal -a arguments=("
	option_list(-1)
	printf "\t\t'1:command:_%s_commands' '*::argument:->command'\n", program
	print "\t)\n\t_arguments -C $arguments && return"
	printf "\t[[ $state == command ]] && (( $+functions[_%s_command_$words[1]] )) && _%s_command_$words[1]\n", program, program
}

END {
	print "#compdef " program "\n# zsh completion for " program ", made from its tables of options\n"
	value_functions()
	if (commands)
		command_functions()
	printf "_%s()\n{\n", program
	if (commands)
		dispatch()
	else
		arguments(0)
	print "}\n\n_" program " \"$@\""
}
