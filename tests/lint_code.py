# SPDX-License-Identifier: BSD-2-Clause
"""Reads C as far as tests/lint needs it: what a file defines, declares and uses at file scope, without
a compiler. It counts on the tree's own habits, such as prototypes in headers and no nested functions."""
import functools
import re
from typing import NamedTuple

WORD = re.compile(r"(?<!\.)(?<!->)(?<!struct )(?<!union )(?<!enum )\b[A-Za-z_]\w*")
NO_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|("(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\')', re.S)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)
FOR_CPP = re.compile(r"^#ifdef __cplusplus$.*?^#endif", re.M | re.S)
DEFINE = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)(\([^)]*\))?((?:[^\n]*\\\n)*[^\n]*)", re.M)
ATTRIBUTES = {"__attribute__", "alignas"}
NO_TYPES = {"return", "goto", "else", "case", "sizeof"}
LOCAL = re.compile(r"[;{}(,]\s*(?:(?:const|static|struct|union|enum|unsigned)\s+)*"
                   r"(\w+)(?:\s+const)?[\s*]+(\w+)\s*(?=[;=,)\[])")
MACRO_DECLARES = re.compile(r"(?:\w+[\s*]+)+([\w#]+)\s*(?:\([^()]*\))?;")


class Item(NamedTuple):
    """What stands at file scope, up to its `;` or closing brace. The body begins at the first brace;
    without one, it is empty."""
    start: int
    body: int
    end: int
    head: str
    tail: str           # behind the first body


class Macro(NamedTuple):
    name: str
    parameters: tuple   # None: it takes none
    body: str
    start: int          # of the body


class Row(NamedTuple):
    start: int
    macro: str
    arguments: list


def blank(found):
    return re.sub(r"[^\n]", " ", found.group())


def bare(text):
    """The code with comments, strings and characters made spaces; lines stay where they are."""
    return NO_CODE.sub(blank, text)


def without_comments(text):
    return NO_CODE.sub(lambda found: found.group() if found[1] else blank(found), text)


def items(code):
    """The items of bared code. Directives are none: both sides of an #if are read."""
    code = DIRECTIVE.sub(blank, FOR_CPP.sub(blank, code))
    start, body, closed = 0, None, None
    for at, sign in outer_marks(code):
        if sign == "{" and body is None:
            body = at
        elif sign == "}" and closed is None:
            closed = at
        if sign == ";" or (sign == "}" and is_function_head(code[start:body])):
            middle = at if body is None else body
            yield Item(start, middle, at + 1, code[start:middle].strip(), code[closed or at:at])
            start, body, closed = at + 1, None, None


def outer_marks(code):
    """(offset, sign) of the braces and semicolons that are in no other braces or parentheses."""
    depth, parentheses = 0, 0
    for mark in re.finditer(r"[{}();]", code):
        sign = mark.group()
        if sign == "}" and not parentheses:
            depth -= 1
        if depth == 0 and not parentheses and sign in "{};":
            yield mark.start(), sign
        if sign == "{" and not parentheses:
            depth += 1
        if depth == 0 and sign in "()":
            parentheses += 1 if sign == "(" else -1


def is_function_head(head):
    return head.rstrip().endswith(")") and ("=" not in head or "=" not in without_parentheses(head))


def is_function(item):
    return item.body < item.end - 1 and is_function_head(item.head)


def is_type(item):
    return item.head.startswith("typedef") or (
        item.body < item.end - 1 and "=" not in item.head + item.tail and not is_function(item))


def is_private(item):
    return re.search(r"\b(?:static|_Static_assert)\b", item.head) is not None


def is_variable(item):
    """With memory of its own: defined, not only declared."""
    return not is_type(item) and not is_function(item) and "extern" not in item.head.split() and (
        "=" in item.head or "(" not in item.head)


def without_parentheses(head):
    """`int (*f(void))(int)` and `int f(void)` are both `int f@`-like: @ stands for what was in them."""
    before = None
    while before != head:
        before, head = head, re.sub(r"\(([^()]*)\)", lambda found: callee(found[1]), head)
    return head


def callee(inside):
    return " " + inside.strip("* ") if re.fullmatch(r"\s*\*\s*\w+@\s*", inside) else "@"


def names(item):
    """The names that a function, a variable or a declaration gives, as written."""
    head = re.sub(r"\[[^\]]*\]", "", item.head).split("=")[0]
    flat = without_parentheses(head)
    if "@" in flat:
        called = re.findall(r"(\w+)\s*@", flat)
        return [name for name in called if not name.isupper() and name not in ATTRIBUTES][:1]
    return [part.split()[-1].strip("*") for part in head.split(",") if part.strip()]


def macros(code):
    for found in DEFINE.finditer(code):
        parameters = tuple(word.strip() for word in found[2][1:-1].split(",")) if found[2] else None
        yield Macro(found[1], parameters, found[3].replace("\\\n", " \n"), found.start(3))


def alias(macro):
    """The one word that the macro stands for, or None."""
    word = macro.body.strip()
    return word if macro.parameters is None and re.fullmatch(r"[A-Za-z_]\w*", word) else None


def declared_by_row(macro):
    """The name, which may have a parameter in it, that each row of a table declares; or None."""
    found = MACRO_DECLARES.fullmatch(macro.body.strip())
    return found[1] if found and macro.body.split()[0] not in NO_TYPES else None


def local_names(text):
    return {name for word, name in LOCAL.findall(text) if word not in NO_TYPES}


def words(text, start=0):
    """(offset, word) of each word that may be the name of a function or a variable at file scope."""
    for found in WORD.finditer(text):
        yield start + found.start(), found.group()


def used(code):
    """(offset, word): in functions, in what variables begin with, and in macros; not in declarations."""
    for item in items(code):
        if not is_type(item):
            yield from used_by_item(code, item)
    for macro in macros(code):
        if alias(macro) is None:
            own = macro.parameters or ()
            yield from ((at, word) for at, word in words(macro.body, macro.start) if word not in own)


def used_by_item(code, item):
    begin = item.start if "=" in item.head else item.body
    local = local_names(DIRECTIVE.sub(blank, code[item.start:item.end])) if is_function(item) else ()
    return ((at, word) for at, word in words(code[begin:item.end], begin) if word not in local)


# ---- tables: NAME(argument, ...) in a row of a .def, for a macro of the file that includes it

def rows(code, wanted):
    for found in re.finditer(r"\b(" + "|".join(map(re.escape, wanted)) + r")\s*\(", code):
        yield Row(found.start(), found[1], arguments(code, found.end()))


def arguments(code, start):
    """Up to the parenthesis that ends them."""
    depth, begin, found = 1, start, []
    for mark in re.compile(r"[(){},]").finditer(code, start):
        depth += {"(": 1, "{": 1, ",": 0}.get(mark.group(), -1)
        if depth == 0 or (depth == 1 and mark.group() == ","):
            found.append(code[begin:mark.start()].strip())
            begin = mark.end()
        if depth == 0:
            break
    return found


@functools.cache
def reads(macro):
    """For each parameter, what is glued before it at each place where the macro makes use of it."""
    names_ = ["__VA_ARGS__" if name == "..." else name for name in macro.parameters]
    places = [re.finditer(rf"((\w*)\s*##\s*|#\s*)?\b{name}\b", macro.body) if name else () for name in names_]
    return [{found[2] or "" for found in each if found[1] is None or "##" in found[1]} for each in places]


def row_words(macro, row):
    """The words of a row's arguments that the macro makes use of."""
    columns = reads(macro)
    for number, argument in enumerate(row.arguments):
        for glued in columns[min(number, len(columns) - 1)]:
            yield from (word for _, word in words(glued + argument))


def row_names(macro, row):
    """What the row declares."""
    name = declared_by_row(macro)
    for parameter, argument in zip(macro.parameters, row.arguments):
        name = argument if name == parameter else re.sub(rf"##{parameter}\b", argument, name)
    return name
