# SPDX-License-Identifier: BSD-2-Clause
# Makes texts from sniff/options.def: awk -v mode=MODE -f options.awk options.def
#   synopsis  the options as the SYNOPSIS of the manual page has them
#   options   one paragraph an option, for the manual page
#   bash      a completion for bash
#   rows      letter, long name, argument, effect, separated by tabs, for tests

function dashes(text) {
	gsub(/-/, "\\-", text)
	return text
}

# One row, which may go over several lines.
function take_row(row,   parts, before) {
	gsub(/"[ \t]+"/, "", row)
	split(row, parts, "\"")
	count++
	before = parts[1]
	letter[count] = match(before, /'.'/) ? substr(before, RSTART + 1, 1) : ""
	name[count] = parts[2]
	argument[count] = parts[4]
	effect[count] = parts[5]
	gsub(/^[ ,]*(OLD|NEW), *|[ ,\t]*$/, "", effect[count])
	help[count] = parts[6]
}

function is_listed(i) {
	return effect[i] !~ /^(NOTHING|LATER|NEVER)/
}

function synopsis(   i, flags) {
	for (i = 1; i <= count; i++)
		if (is_listed(i) && letter[i] != "" && argument[i] == "")
			flags = flags letter[i]
	printf ".RB [ \\-%s ]\n", flags
	for (i = 1; i <= count; i++) {
		if (!is_listed(i) || (letter[i] != "" && argument[i] == ""))
			continue
		option = letter[i] != "" ? "\\-" letter[i] : "\\-\\-" dashes(name[i])
		if (argument[i] == "")
			printf ".RB [ %s ]\n", option
		else
			printf ".RB [ %s\n.IR %s ]\n", option, argument[i]
	}
}

function heading(i,   text) {
	text = ""
	if (letter[i] != "")
		text = "\\fB\\-" letter[i] "\\fR"
	if (name[i] != "")
		text = text (text == "" ? "" : ", ") "\\fB\\-\\-" dashes(name[i]) "\\fR"
	if (argument[i] != "")
		text = text " \\fI" argument[i] "\\fR"
	return text
}

function paragraphs(pattern,   i) {
	for (i = 1; i <= count; i++)
		if (effect[i] ~ pattern)
			printf ".TP\n%s\n%s.\n", heading(i), dashes(help[i])
}

function options() {
	paragraphs("^(FLAG|COUNT|TEXT|ONCE|CALL)")
	print ".SS Accepted, without effect"
	paragraphs("^NOTHING")
	print ".SS Not in this version yet"
	paragraphs("^LATER")
	print ".SS Not supported"
	paragraphs("^NEVER")
}

# The words of the options of which `has` is true: those that take a file, an interface, ...
function pattern_of(argument_name,   i, text) {
	for (i = 1; i <= count; i++) {
		if (!is_listed(i) || argument[i] != argument_name)
			continue
		if (letter[i] != "")
			text = text (text == "" ? "" : "|") "-" letter[i]
		if (name[i] != "")
			text = text (text == "" ? "" : "|") "--" name[i]
	}
	return text
}

function bash(   i) {
	print "# bash completion for sniff; made from options.def"
	print "_sniff()\n{"
	print "\tlocal current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} words="
	print "\tcase $previous in"
	printf "\t%s) words=$(sniff -D 2>/dev/null | sed 's/^[0-9]*\\.\\([^ ]*\\).*/\\1/') ;;\n", pattern_of("INTERFACE")
	printf "\t%s) COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n", pattern_of("FILE")
	printf "\t%s) COMPREPLY=($(compgen -d -- \"$current\")); return ;;\n", pattern_of("DIRECTORY")
	printf "\t%s) COMPREPLY=($(compgen -u -- \"$current\")); return ;;\n", pattern_of("USER")
	printf "\t%s) words='in out inout' ;;\n", pattern_of("in|out|inout")
	printf "\t%s) words='micro nano' ;;\n", pattern_of("micro|nano")
	print "\t*) words='"
	for (i = 1; i <= count; i++)
		if (is_listed(i))
			printf "\t\t%s%s%s\n", letter[i] != "" ? "-" letter[i] : "", \
				letter[i] != "" && name[i] != "" ? " " : "", name[i] != "" ? "--" name[i] : ""
	print "\t\t' ;;\n\tesac"
	print "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}"
	print "complete -F _sniff sniff"
}

function rows(   i) {
	for (i = 1; i <= count; i++)
		printf "%s\t%s\t%s\t%s\n", letter[i], name[i], argument[i], effect[i]
}

/^OPTION\(/ { row = "" }
/^OPTION\(/, /\)$/ {
	row = row " " $0
	if ($0 ~ /"\)$/)
		take_row(row)
}

END {
	if (mode == "synopsis")
		synopsis()
	else if (mode == "options")
		options()
	else if (mode == "bash")
		bash()
	else
		rows()
}
