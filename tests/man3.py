# SPDX-License-Identifier: BSD-2-Clause
"""The manual of the library, libfilter/man/*.3, as its tests see it: pages, sections, literal blocks.

A comment above each `.Bd -literal` says what the block is:

  program [in C]         a whole program
  functions [in C]       functions at file scope, for the fragments behind it
  fragment [in C]: NAMES  statements; NAMES are what GIVEN (tests/man3_given.py) declares for them, NAME=TEXT with
                         another text than the usual one
  live [in C]: NAMES     the same, on a network of its own: needs root. `live program` is a whole one
  output                 what the block before it prints
  text                   nothing of these

`in C` is what C++17 does not take (designated initializers); `in C++` the other way round. A comment
`prints: LINE` below says what a fragment prints that the reader need not see; nothing is the default.
"""
import collections
import glob
import os
import re

TOP = os.environ["TOP_SRCDIR"]
FOLDER = f"{TOP}/libfilter/man"
KINDS = r"(live program|program|functions|fragment|live|output|text)"

Block = collections.namedtuple("Block", "page line kind language names prints text section")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def plain(line):
    """A line of a literal block as the reader sees it."""
    for escape, text in (("\\&", ""), ("\\-", "-"), ("\\(ha", "^"), ("\\(ti", "~"), ("\\(aq", "'"), ("\\e", "\\")):
        line = line.replace(escape, text)
    return line


class Page:
    def __init__(self, path):
        self.path = path
        self.file = os.path.basename(path)
        self.name = self.file[:-2]
        self.lines = read(path).split("\n")
        self.wrong = []
        self.blocks = list(self._blocks())

    def breach(self, line, text):
        self.wrong.append(f"{self.file}:{line}: {text}")

    def _blocks(self):
        comment, prints, section, start = None, [], "", 0
        for number, line in enumerate(self.lines, 1):
            heading = re.match(r"\.S[sh] (.*)", line)
            found = re.match(rf'\.\\" {KINDS}(?: in (C|C\+\+))?(?:: (.*))?$', line)
            said = re.match(r'\.\\" prints: (.*)$', line)
            if heading:
                section = heading[1]
            elif found and not start:
                comment, prints = found, []
            elif said:
                prints.append(said[1])
            elif line.startswith(".Bd"):
                start = number
                if not comment:
                    self.breach(number, "nothing says what this block is")
            elif line == ".Ed":
                text = "".join(plain(body) + "\n" for body in self.lines[start:number - 1])
                if comment:
                    names = (comment[3] or "").split()
                    yield Block(self, start, comment[1], comment[2] or "", names, prints, text, section)
                comment, start = None, 0

    def names(self):
        """Those of the NAME section."""
        for line in self.lines:
            found = re.match(r"\.Nm (\w+)", line)
            if line.startswith(".Sh SYNOPSIS"):
                return
            if found:
                yield found[1]

    def sections(self):
        """(line, title, lines) of each .Ss and .Sh."""
        title, at, body = "", 0, []
        for number, line in enumerate(self.lines + [".Sh"], 1):
            if re.match(r"\.S[sh]\b", line):
                yield at, title, body
                title, at, body = line[4:], number, []
            else:
                body.append(line)


def pages():
    return [Page(path) for path in sorted(glob.glob(f"{FOLDER}/*.3"))]
