# SPDX-License-Identifier: BSD-2-Clause
"""What tests read in README and in manuals: the blocks that show commands, examples, output as they are typed."""
import re

ESCAPES = (("\\&", ""), ("\\-", "-"), ("\\(ha", "^"), ("\\(ti", "~"), ("\\(aq", "'"), ("\\(ga", "`"), ("\\e", "\\"))


def plain(line):
    """A line of a literal block of a manual as the reader sees it."""
    for escape, text in ESCAPES:
        line = line.replace(escape, text)
    return line


def escaped(line):
    """The other way round."""
    line = line.replace("\\", "\\e")
    for escape, text in ESCAPES[1:-1]:
        line = line.replace(text, escape)
    return line


def manual_blocks(lines):
    """[(index, text)] of each literal block, of man and of mdoc."""
    inside = None
    for index, line in enumerate(lines):
        if line.startswith(".Dl "):
            yield [(index, plain(line[4:]))]
        elif re.match(r"\.(EX|nf|Bd -literal)", line):
            inside = []
        elif re.match(r"\.(EE|fi|Ed)", line) and inside is not None:
            yield inside
            inside = None
        elif inside is not None:
            inside.append((index, plain(line)))


def readme_blocks(lines):
    """[(index, text)] of what is indented by a tab; an empty line between such lines belongs to them."""
    inside = []
    for index, line in enumerate([*lines, "end"]):
        if line.startswith("\t") or (not line and inside):
            inside.append((index, line[1:]))
        elif inside:
            while not inside[-1][1]:
                inside.pop()
            yield inside
            inside = []


def blocks(path, lines):
    return readme_blocks(lines) if path.endswith("README") else manual_blocks(lines)
