# SPDX-License-Identifier: BSD-2-Clause
# A manual page with what the tables say in its places:
# awk -v version=V -f tables.awk -f page.awk TABLE.def ... PAGE.in
#
#   @SYNOPSIS@       all commands, or the options of a program without commands
#   @COMMAND name@   what the command does
#   @OPTION name@    an option, by its long name or its letter; more words about it may follow
#   @OPTIONS@        all options that have no place of their own
#   @VERSION@        the version, anywhere in a line
#
# The page is written in man(7) macros, or in mdoc(7). A place without a row, and a row without a place,
# are mistakes.

function fail(text) {
	print FILENAME ": " text >"/dev/stderr"
	failed = 1
}

# Minus signs, which can be searched for and pasted.
function dashes(text) {
	gsub(/-/, "\\-", text)
	return text
}

# In lines of at most 80 bytes. One that begins with a dot or a quote would be a macro.
function folded(text,   word, n, i, line, result) {
	n = split(dashes(text), word, " ")
	for (i = 1; i <= n; i++) {
		if (line != "" && length(line) + 1 + length(word[i]) > 80) {
			result = result line "\n"
			line = ""
		}
		if (line == "" && word[i] ~ /^[.']/)
			word[i] = "\\&" word[i]
		line = line (line == "" ? "" : " ") word[i]
	}
	return result line
}

# Help as a sentence; a colon at its end leads to a list.
function sentence(text) {
	if (text !~ /[.:]$/)
		text = text "."
	return folded(toupper(substr(text, 1, 1)) substr(text, 2))
}

# ---- man(7)

function man_synopsis(   i, flags) {
	for (i = 1; i <= options; i++)
		if (is_accepted(i) && letter[i] != "" && argument[i] == "")
			flags = flags letter[i]
	printf ".RB [ \\-%s ]\n", flags
	for (i = 1; i <= options; i++) {
		if (!is_accepted(i) || (letter[i] != "" && argument[i] == ""))
			continue
		printf ".RB [ %s", dashes(letter[i] != "" ? "-" letter[i] : "--" name[i])
		printf (argument[i] == "" ? " ]%s\n" : "\n.IR %s ]\n"), argument[i]
	}
}

function man_heading(i,   text) {
	if (letter[i] != "")
		text = "\\fB\\-" letter[i] "\\fR"
	if (name[i] != "")
		text = text (text == "" ? "" : ", ") "\\fB" dashes("--" name[i]) "\\fR"
	if (argument[i] != "")
		text = text " \\fI" argument[i] "\\fR"
	return ".TP\n" text
}

# ---- mdoc(7)

function mdoc_argument(i) {
	if (argument[i] == "")
		return ""
	return (is_optional(argument[i]) ? " Ns Op = Ns Ar " : " Ar ") bare(argument[i])
}

function mdoc_heading(i,   text) {
	text = ".It" (letter[i] == "" ? "" : " Fl " letter[i])
	return text (letter[i] == "" ? "" : " ,") " Fl -" name[i] mdoc_argument(i)
}

# A word of a synopsis: an option by its long name, or an operand.
function mdoc_item(word,   i) {
	for (i = 1; i <= options; i++)
		if (name[i] == word)
			return "Fl " (letter[i] != "" ? letter[i] : "-" name[i]) mdoc_argument(i)
	if (word !~ /^[A-Z]+$/)
		fail("no option '" word "', which a synopsis has")
	return "Ar " word
}

# Op and Pq go to the end of their line: closing marks, which all stand there, are left out.
function mdoc_command(c,   text, mark, line) {
	print ".Nm\n.Cm " command[c]
	text = synopsis[c]
	while (match(text, /\[|\]|[()| ]|[A-Za-z-]+/)) {
		mark = substr(text, RSTART, RLENGTH)
		text = substr(text, RSTART + RLENGTH)
		depth += (mark ~ /\[|\(/) - (mark ~ /\]|\)/)
		if (mark == " " && depth == 0) {
			print "." line
			line = ""
		} else if (mark !~ /\]|[) ]/) {
			mark = mark == "[" ? "Op" : mark == "(" ? "Pq" : mark == "|" ? mark : mdoc_item(mark)
			line = line (line == "" ? "" : " ") mark
		}
	}
	if (line != "")
		print "." line
}

function mdoc_values(argument,   n, longest) {
	for (n = 1; n <= values[argument]; n++)
		if (length(value[argument, n]) > length(longest))
			longest = value[argument, n]
	printf ".Bl -tag -width %s -compact\n", longest
	for (n = 1; n <= values[argument]; n++)
		printf ".It Cm %s\n%s\n", value[argument, n], folded(meaning[argument, n])
	print ".El"
}

# The commands that take the option, unless all do.
function mdoc_takers(i,   c, n, text) {
	for (c = 1; c <= commands; c++)
		if (takes(c, i))
			text = text (n++ ? " , " : "") "Cm " command[c]
	if (n == 0)
		fail("no command takes --" name[i])
	else if (n < commands)
		print ".Pq " text
}

# ---- places

function synopsis_place(   c) {
	if (!is_mdoc)
		man_synopsis()
	for (c = 1; c <= commands; c++)
		mdoc_command(c)
}

function command_place(word,   c) {
	for (c = 1; c <= commands && command[c] != word; c++)
		;
	if (c > commands)
		fail("no command '" word "'")
	else
		print sentence(command_help[c])
	placed["command " word] = 1
}

function option_paragraph(i) {
	placed[i] = 1
	print is_mdoc ? mdoc_heading(i) : man_heading(i)
	print sentence(help[i])
	if (is_mdoc && help[i] ~ /:$/)
		mdoc_values(argument[i])
	if (is_mdoc && commands)
		mdoc_takers(i)
}

function option_place(word,   i) {
	for (i = 1; i <= options && name[i] != word && letter[i] != word; i++)
		;
	if (i <= options)
		option_paragraph(i)
	else
		fail("no option '" word "'")
}

function paragraphs(pattern,   i) {
	for (i = 1; i <= options; i++)
		if (!own_place[name[i]] && !own_place[letter[i]] && effect[i] ~ pattern)
			option_paragraph(i)
}

function options_place() {
	paragraphs("^(FLAG|BITS|COUNT|TEXT|ONCE|CALL|READ|STOP)")
	if (is_mdoc)
		return
	print ".SS Accepted, without effect"
	paragraphs("^NOTHING")
	print ".SS Not in this version yet"
	paragraphs("^LATER")
	print ".SS Not supported"
	paragraphs("^NEVER")
}

function place(line,   word) {
	split(substr(line, 2, length(line) - 2), word, " ")
	if (word[1] == "SYNOPSIS")
		synopsis_place()
	else if (word[1] == "COMMAND")
		command_place(word[2])
	else if (word[1] == "OPTION")
		option_place(word[2])
	else if (word[1] == "OPTIONS")
		options_place()
	else
		fail("no place '" line "'")
}

FILENAME !~ /\.def$/ { page[++lines] = $0 }
FILENAME !~ /\.def$/ && /^\.Dd/ { is_mdoc = 1 }
FILENAME !~ /\.def$/ && /^@OPTION / { own_place[substr($2, 1, length($2) - 1)] = 1 }

END {
	delete own_place[""]
	for (n = 1; n <= lines; n++) {
		gsub(/@VERSION@/, version, page[n])
		if (page[n] ~ /^@/)
			place(page[n])
		else
			print page[n]
	}
	for (i = 1; i <= options; i++)
		if (!placed[i])
			fail("no place for option '" (name[i] != "" ? name[i] : letter[i]) "'")
	for (c = 1; c <= commands; c++)
		if (!placed["command " command[c]])
			fail("no place for command '" command[c] "'")
	exit failed
}
