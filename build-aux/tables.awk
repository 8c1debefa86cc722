# SPDX-License-Identifier: BSD-2-Clause
# Reads the tables from which manual pages and completions are made: awk -f tables.awk -f WHAT.awk TABLE.def ...
# What each table says is in the comment on top of it. Left behind for WHAT.awk:
#
#   options         how many; letter[i], name[i], argument[i], effect[i], help[i]
#   commands        how many; command[c], synopsis[c], command_help[c] (filterc has commands)
#   language        how many; language_word[n]: the words of filter expressions
#   values[a]       how many; value[a, n], meaning[a, n]: the words that argument a of an option may be

BEGIN {
	# What else an argument may be, by its name in sniff_options.def or filterc_options.def.
	kind["INTERFACE"] = "interface"
	kind["TYPE"] = "clock"
	kind["USER"] = "user"
	kind["DIRECTORY"] = "directory"
	kind["FILE"] = kind["PROGRAM"] = "file"
	kind["EXPRESSION"] = "expression"
	kind["LETTERS"] = "letters"
	kind["SIZE"] = kind["TIME"] = "unit"
	add_words("SIZE", "k M G T Ki Mi Gi Ti")
	add_words("TIME", "ns us ms s m h d")
}

function add_value(argument, word, help) {
	values[argument]++
	value[argument, values[argument]] = word
	meaning[argument, values[argument]] = help
}

function add_words(argument, words,   word, n, i) {
	n = split(words, word, /[ |]/)
	for (i = 1; i <= n; i++)
		add_value(argument, word[i], "")
}

function add_language(words,   word, n, i) {
	n = split(words, word, ",")
	for (i = 1; i <= n; i++)
		if (word[i] != "" && word[i] != "NULL")
			language_word[++language] = word[i]
}

# "[=LETTERS]" is LETTERS, which may be left out.
function bare(argument) {
	gsub(/\[|\]|=/, "", argument)
	return argument
}

# "in|out" as part of a name
function identifier(argument) {
	gsub(/[^A-Za-z]/, "_", argument)
	return argument
}

function is_optional(argument) {
	return argument ~ /^\[/
}

# interface, file, ..., "list" of values, or "free"
function kind_of(argument) {
	argument = bare(argument)
	if (argument in kind)
		return kind[argument]
	return argument in values ? "list" : "free"
}

# Help without the list that a colon at its end announces.
function summary(text) {
	sub(/:$/, "", text)
	return text
}

# Some option takes such an argument.
function uses(what,   i) {
	for (i = 1; i <= options; i++)
		if (is_accepted(i) && kind_of(argument[i]) == what)
			return 1
	return 0
}

# This version does what the option says.
function is_accepted(i) {
	return effect[i] !~ /^(NOTHING|LATER|NEVER)/
}

# The command takes the option; with -1 for it, what stands in the place of a command does.
function takes(c, i) {
	return effect[i] ~ /^STOP/ || index(" " words_of(c) " ", " " name[i] " ")
}

function takes_operand(c, operand) {
	return index(" " words_of(c) " ", " " operand " ")
}

function words_of(c,   words) {
	words = synopsis[c]
	gsub(/\[|\]|[()|]/, " ", words)
	return words
}

# ---- rows

# The arguments of a macro, strings without their quotes. Returns how many.
function split_row(row, field,   n, i, c, inside, depth) {
	sub(/^[A-Z_]+\(/, "", row)
	sub(/\)$/, "", row)
	n = 1
	field[1] = ""
	for (i = 1; i <= length(row); i++) {
		c = substr(row, i, 1)
		if (c == "\"") {
			inside = !inside
		} else if (inside) {
			field[n] = field[n] c
		} else if (c == "," && depth == 0) {
			field[++n] = ""
		} else if (c != " " && c != "\t") {
			depth += (c == "(") - (c == ")")
			field[n] = field[n] c
		}
	}
	return n
}

# Its first field is an identifier, its fifth how the long name is matched.
function take_option(field,   i) {
	i = ++options
	letter[i] = field[2] == "0" ? "" : substr(field[2], 2, 1)
	name[i] = field[3]
	argument[i] = field[4]
	effect[i] = field[6]
	help[i] = field[7]
	if (argument[i] ~ /[|]/ && !(argument[i] in values))
		add_words(argument[i], argument[i])
}

function take_command(field) {
	command[++commands] = field[1]
	synopsis[commands] = field[2]
	command_help[commands] = field[3]
}

function take_row(row,   field, n) {
	n = split_row(row, field)
	if (row ~ /^OPTION/)
		take_option(field)
	else if (row ~ /^COMMAND/)
		take_command(field)
	else if (row ~ /^WORD/ && n == 4)
		add_value(field[1], field[2], field[4])
	else if (row ~ /^LINK/ && !seen[field[2]]++)
		add_value("LINKTYPE", field[1], field[4])
	else if (row ~ /^(LAST_)?PASS/)
		add_value("LETTERS", substr(field[1], 2, 1), field[3])
	else if (row ~ /^WORD/)
		add_language(field[3])
	else if (row ~ /^(KEYWORD|PROTO)/)
		add_language(field[2] (row ~ /^PROTO/ ? "," field[3] : ""))
	else if (row ~ /^CONSTANT/)
		add_language(field[1])
}

FILENAME ~ /\.def$/ && /^[A-Z_]+\(/ { row = "" }
FILENAME ~ /\.def$/ && /^[A-Z_]+\(/, /\)$/ {
	sub(/^[ \t]+/, " ")
	row = row $0
	if (/\)$/)
		take_row(row)
}
