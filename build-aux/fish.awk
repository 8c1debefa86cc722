# SPDX-License-Identifier: BSD-2-Clause
# A completion for fish: awk -v program=NAME -f tables.awk -f fish.awk TABLE.def ...

function quoted(text) {
	gsub(/[\\']/, "\\\\&", text)
	return "'" text "'"
}

# A function that prints the values of an argument, each with what it means.
function value_function(argument,   n) {
	printf "function __%s_%s\n\tprintf '%%s\\t%%s\\n'", program, identifier(argument)
	for (n = 1; n <= values[argument]; n++)
		printf " \\\n\t\t%s %s", quoted(value[argument, n]), quoted(meaning[argument, n])
	print "\nend\n"
}

# A function that prints what was typed of an argument, if `pattern` finds it, with each of its endings.
function ending_function(argument, pattern,   n) {
	printf "function __%s_%s\n", program, identifier(argument)
	print "\tset -l typed (commandline -ct | string replace -r '^(-[^-]|--[^=]*=)' '')"
	if (pattern != "")
		printf "\tset typed (string match -r %s -- $typed); or return\n", quoted(pattern)
	printf "\tprintf '%%s\\t%%s\\n'"
	for (n = 1; n <= values[argument]; n++)
		printf " \\\n\t\t$typed%s %s", quoted(value[argument, n]), quoted(meaning[argument, n])
	print "\nend\n"
}

function interface_function() {
	printf "function __%s_INTERFACE\n", program
	print "\tsniff -D 2>/dev/null | string replace -rf '^[0-9]+\\.(\\S+) *(.*)$' '$1\\t$2'\nend\n"
}

function clock_function() {
	printf "function __%s_TYPE\n", program
	print "\tsniff -J 2>/dev/null | string replace -rf '^  (\\S+) \\((.*)\\)$' '$1\\t$2'\nend\n"
}

function functions(   i, a, kind, done) {
	for (i = 1; i <= options; i++) {
		a = bare(argument[i])
		kind = kind_of(a)
		if (a == "" || !is_accepted(i) || done[a]++)
			continue
		if (kind == "list")
			value_function(a)
		else if (kind == "letters")
			ending_function(a, "")
		else if (kind == "unit")
			ending_function(a, "^[0-9]+[.]?[0-9]*")
		else if (kind == "interface")
			interface_function()
		else if (kind == "clock")
			clock_function()
	}
}

# True when the command is one of the arguments; without arguments, when there is none yet.
function command_function() {
	printf "function __%s_command\n", program
	print "\tset -l words (commandline -opc)"
	print "\tif test (count $argv) -eq 0\n\t\ttest (count $words) -eq 1"
	print "\telse\n\t\ttest (count $words) -gt 1; and contains -- $words[2] $argv\n\tend\nend\n"
}

# What follows -a or the like: the values of an argument.
function source(argument,   kind) {
	kind = kind_of(argument)
	if (kind == "file")
		return " -rF"
	if (kind == "directory")
		return " -xa '(__fish_complete_directories)'"
	if (kind == "user")
		return " -xa '(__fish_complete_users)'"
	if (kind == "expression")
		return " -xa \"$__" program "_language\""
	if (kind == "free")
		return " -x"
	return (is_optional(argument) ? " -a" : " -xa") " '(__" program "_" identifier(bare(argument)) ")'"
}

# The commands of which it is true, as a condition; nothing when all are.
function condition(list, n) {
	return n == commands ? "" : " -n '__" program "_command" list "'"
}

function option_line(i,   c, n, list, line) {
	for (c = 1; c <= commands; c++)
		if (takes(c, i)) {
			list = list " " command[c]
			n++
		}
	line = "complete -c " program (commands ? condition(list, n) : "")
	line = line (letter[i] != "" ? " -s " quoted(letter[i]) : "") (name[i] != "" ? " -l " name[i] : "")
	print line (argument[i] != "" ? source(argument[i]) : "") " -d " quoted(summary(help[i]))
}

function operand_lines(   c) {
	if (!commands)
		printf "complete -c %s -a \"$__%s_language\"\n", program, program
	for (c = 1; c <= commands; c++) {
		printf "complete -c %s -n __%s_command -a %s -d %s\n", program, program, command[c], quoted(command_help[c])
		if (takes_operand(c, "EXPRESSION"))
			printf "complete -c %s -n '__%s_command %s' -a \"$__%s_language\"\n", program, program, command[c], program
		else if (takes_operand(c, "PROGRAM"))
			printf "complete -c %s -n '__%s_command %s' -F\n", program, program, command[c]
	}
}

END {
	print "# fish completion for " program ", made from its tables of options\n"
	printf "set -g __%s_language", program
	for (n = 1; n <= language; n++)
		printf " %s", language_word[n]
	print "\n"
	functions()
	if (commands)
		command_function()
	print "complete -c " program " -f"
	for (i = 1; i <= options; i++)
		if (is_accepted(i))
			option_line(i)
	operand_lines()
}
