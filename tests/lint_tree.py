# SPDX-License-Identifier: BSD-2-Clause
"""The sources as tests/lint sees them: where they are, and whom each includes."""
import bisect
import collections
import functools
import os
import re
from typing import NamedTuple

import lint_code

DIRECTORIES = ("libfilter", "compiler", "cli", "sniff", "filterc", "examples", "tests")
ENDINGS = (".c", ".cc", ".h", ".def")
OF_TESTS = (".py", ".sh", ".rows", ".txt", ".list", ".shown", ".patterns", ".bash", ".fish", ".zsh")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+(["<])([^">\n]+)[">]', re.M)


class Include(NamedTuple):
    line: int
    name: str           # as written
    quoted: bool
    target: str         # its path in the tree, or None


class Source:
    def __init__(self, path, text):
        self.path, self.text = path, text
        self.code = lint_code.bare(text)
        self.ends = [found.start() for found in re.finditer("\n", text)]

    def line(self, offset):
        return bisect.bisect_left(self.ends, offset) + 1

    @functools.cached_property
    def items(self):
        return [] if self.path.endswith(".def") else list(lint_code.items(self.code))

    @functools.cached_property
    def macros(self):
        return list(lint_code.macros(self.code))

    @functools.cached_property
    def written_includes(self):
        """(line, name, whether in quotes) of each #include."""
        text = lint_code.without_comments(self.text)
        return [(self.line(found.start(1)), found[2], found[1] == '"') for found in INCLUDE.finditer(text)]


class Tree:
    """All sources below the directories above, at any depth."""

    def __init__(self, top):
        self.top = top
        self.sources = {path: Source(path, self.read(path)) for path in sorted(self.walk())}
        self.by_name = collections.defaultdict(list)
        for path in self.sources:
            self.by_name[os.path.basename(path)].append(path)

    def walk(self):
        for directory in DIRECTORIES:
            for place, _, names in os.walk(os.path.join(self.top, directory)):
                yield from (os.path.relpath(os.path.join(place, name), self.top)
                            for name in names if name.endswith(ENDINGS))

    def test_files(self):
        """Sources, scripts and data right in tests/, but nothing that is made there by a build."""
        for name in sorted(os.listdir(os.path.join(self.top, "tests"))):
            ending = os.path.splitext(name)[1]
            if ending in (*ENDINGS, *OF_TESTS) or (not ending and self.is_script("tests/" + name)):
                yield name

    def is_script(self, path):
        """Of ours: one beside a .c of its name is libtool's."""
        full = os.path.join(self.top, path)
        if not os.path.isfile(full) or self.has(path + ".c"):
            return False
        with open(full, "rb") as file:
            return file.read(2) == b"#!"

    def has(self, path):
        return os.path.exists(os.path.join(self.top, path))

    def read(self, path):
        with open(os.path.join(self.top, path), encoding="utf-8") as file:
            return file.read()

    def find(self, includer, name):
        """Where the compiler finds the name: beside the file, or where it stands alone in the tree."""
        beside = os.path.normpath(os.path.join(os.path.dirname(includer), name))
        elsewhere = self.by_name.get(name, [None])[0]
        return beside if beside in self.sources else elsewhere

    @functools.cache
    def includes(self, path):
        """Names in <> are looked for in the tree, too: -I makes them the same. Tests may mean the
        system's, as <link.h>; their layer has no rules."""
        found = []
        for line, name, quoted in self.sources[path].written_includes:
            ours = quoted or name == "libfilter.h" or not path.startswith("tests/")
            found.append(Include(line, name, quoted, self.find(path, name) if ours else None))
        return found

    @functools.cache
    def visible(self, path):
        """The file and all that it includes, directly or not."""
        seen, waiting = set(), [path]
        while waiting:
            here = waiting.pop()
            if here not in seen:
                seen.add(here)
                waiting += [include.target for include in self.includes(here) if include.target]
        return frozenset(seen)

    def same_names(self):
        """Each base name that several files have, with their paths."""
        return {name: paths for name, paths in sorted(self.by_name.items()) if len(paths) > 1}
