# SPDX-License-Identifier: BSD-2-Clause
"""The graph of the tree: which unit needs which, why, and where that leads back to where it began.

A unit is a .c with its .h of the same stem; any other file is one of its own. A unit needs those that
it includes, and those that define what it uses: a header that declares a function tells nothing of
where the function is. libfilter.h is everyone's, and no unit."""
import collections
import functools
import os
from typing import NamedTuple

import lint_code

PUBLIC = "libfilter/libfilter.h"


class Cause(NamedTuple):
    path: str
    line: int
    what: str           # "includes x.h", "uses name"
    name: str
    user: str           # the file that includes or uses; another than path for a row of a table
    target: str         # the file that is needed

    def __str__(self):
        return f"{self.path}:{self.line} {self.what}"


class Names:
    """Who defines each name that crosses files, and what a file means by a name."""

    def __init__(self, tree):
        self.tree = tree
        self.defined = collections.defaultdict(set)
        for path in tree.sources:
            for name in self.definitions(path):
                self.defined[name].add(path)

    def named(self, path, wanted):
        return {name for item in self.tree.sources[path].items if wanted(item) for name in lint_code.names(item)}

    def definitions(self, path):
        return self.named(path, lambda item: not lint_code.is_private(item) and (
            lint_code.is_function(item) or (path.endswith(".c") and lint_code.is_variable(item))))

    @functools.cache
    def declared(self, path):
        """What this file itself says is defined somewhere."""
        plain = self.named(path, lambda i: not lint_code.is_type(i) and not lint_code.is_private(i))
        rows = self.table_rows(path)
        return plain | {lint_code.row_names(macro, row) for macro, row, _ in rows if lint_code.declared_by_row(macro)}

    @functools.cache
    def private(self, path):
        """Static names, also of headers that the file includes."""
        return set().union(*(self.named(place, lint_code.is_private) for place in self.tree.visible(path)))

    @functools.cache
    def known(self, path):
        """Each name that is declared for this file, with the headers that do."""
        declaring = collections.defaultdict(set)
        for place in self.tree.visible(path):
            for name in self.declared(place):
                declaring[name].add(place)
        return declaring

    def homes(self, path, name):
        """The files that define what this one means by a name; several only where a name is defined
        several times, and nothing tells which."""
        headers = self.known(path).get(name)
        homes = self.defined.get(name, set())
        if not headers or path in homes or name in self.private(path):
            return set()
        same = {home for home in homes if headers & self.tree.visible(home)}
        return same or homes

    def table_rows(self, path):
        """(macro, row, table) for each row of a table that the file includes, where it does."""
        if path.endswith(".def"):
            return
        for include in self.tree.includes(path):
            if include.target and include.target.endswith(".def"):
                table = self.tree.sources[include.target]
                readers = self.readers(path, include.line, table)
                for row in lint_code.rows(table.code, readers) if readers else ():
                    yield readers[row.macro], row, table

    def readers(self, path, line, table):
        """The macros that read the rows of a table that is included in this line. A table may give
        one of its macros another's meaning."""
        source = self.tree.sources[path]
        own = {macro.name: macro for macro in source.macros if macro.parameters and source.line(macro.start) < line}
        return own | {macro.name: own[lint_code.alias(macro)] for macro in table.macros
                      if lint_code.alias(macro) in own and macro.name not in own}

    def uses(self, path):
        """(source, offset, name) of what may be a name that crosses files."""
        source = self.tree.sources[path]
        if not path.endswith(".def"):
            yield from ((source, at, word) for at, word in lint_code.used(source.code)
                        if word in self.defined)
        for macro, row, table in self.table_rows(path):
            if not lint_code.declared_by_row(macro):
                yield from ((table, row.start, word) for word in lint_code.row_words(macro, row))


class Graph:
    """Its arrows, with what causes each."""

    def __init__(self, tree):
        self.tree = tree
        self.units = {path: unit_of(path, tree.sources) for path in tree.sources}
        self.arrows = collections.defaultdict(dict)     # unit -> needed unit -> its causes
        self.causes = [*self.includes(), *self.uses()]
        self.by_user = collections.defaultdict(list)
        for cause in self.causes:
            self.by_user[cause.user].append(cause)
            self.draw(cause)

    def includes(self):
        for path in self.tree.sources:
            for include in self.tree.includes(path):
                if include.target and include.target != PUBLIC:
                    name = os.path.basename(include.target)
                    yield Cause(path, include.line, f"includes {name}", name, path, include.target)

    def uses(self):
        names = Names(self.tree)
        for path in self.tree.sources:
            told = set()
            for source, at, word in names.uses(path):
                for home in sorted(names.homes(path, word) if word not in told else ()):
                    yield Cause(source.path, source.line(at), f"uses {word}", word, path, home)
                told.add(word)

    def draw(self, cause):
        user, target = self.units[cause.user], self.units[cause.target]
        if user != target:
            self.arrows[user].setdefault(target, []).append(cause)

    def circles(self):
        """Sets of units that all lead to each other, the largest first; each is sorted."""
        found = (sorted(part) for part in components(self.arrows) if len(part) > 1)
        return sorted(found, key=lambda part: (-len(part), part))

    def arrows_within(self, circle):
        """(unit, needed unit, causes) between the members of a circle."""
        for unit in circle:
            for target in sorted(set(circle) & set(self.arrows[unit])):
                yield unit, target, self.arrows[unit][target]


def unit_of(path, paths):
    stem, ending = os.path.splitext(path)
    paired = ending in (".c", ".h") and stem + ".c" in paths and stem + ".h" in paths
    return stem if paired else path


def components(arrows):
    """The strongly connected components (Tarjan, SIAM J. Comput. 1, 1972)."""
    number, low, stack, found = {}, {}, [], []

    def visit(node):
        number[node] = low[node] = len(number)
        stack.append(node)
        for target in sorted(arrows.get(node, ())):
            if target not in number:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], number[target])
        if low[node] == number[node]:
            at = stack.index(node)
            found.append(stack[at:])
            del stack[at:]

    for node in sorted(arrows):
        if node not in number:
            visit(node)
    return found


def shortest_circle(graph, circle):
    """The first cause of each arrow on a shortest way that leads from a member back to it."""
    ways = (way_back(graph, circle, unit) for unit in circle)
    return min(ways, key=len)


def way_back(graph, circle, start):
    came, waiting = {}, collections.deque([start])
    while start not in came:
        unit = waiting.popleft()
        for target in sorted(set(circle) & set(graph.arrows[unit])):
            if target not in came:
                came[target] = unit
                waiting.append(target)
    way, unit = [], start
    while not way or unit != start:
        way.insert(0, graph.arrows[came[unit]][unit][0])
        unit = came[unit]
    return way
