# SPDX-License-Identifier: BSD-2-Clause
"""What libfilter.h declares, read from its text. A declaration that is not understood is an error, never left out."""
import collections
import re

Struct = collections.namedtuple("Struct", "name fields")       # fields: Field...
Field = collections.namedtuple("Field", "name type")
Header = collections.namedtuple("Header", "includes functions structs enums constants macros code")


class Unknown(Exception):
    """A declaration of a form that this reader has not seen yet."""


def without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.S)


def squeezed(text):
    """One blank between words, none inside the brackets, and the stars of a pointer with the type."""
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"(?<=[A-Za-z_*] )\* +(?=[*\w])", "*", text)


# ---- macros --------------------------------------------------------------------------------------------------

def macros_of(text):
    """(name, has parameters, value) of each #define."""
    for name, opened, value in re.findall(r"^[ \t]*#[ \t]*define[ \t]+(\w+)(\(?)(.*)$", text, re.M):
        yield name, opened == "(", value.strip()


def constants_of(text):
    """Macros that stand for a number: all but the guard and the marks of functions."""
    return [name for name, parameters, value in macros_of(text)
            if value and not parameters and not value.startswith("__attribute__")]


# ---- declarations --------------------------------------------------------------------------------------------

def split_top(text):
    """Declarations, cut at the semicolons outside of braces."""
    depth, begin = 0, 0
    for at, char in enumerate(text):
        depth += (char == "{") - (char == "}")
        if char == ";" and depth == 0:
            yield squeezed(text[begin:at])
            begin = at + 1
    if text[begin:].strip():
        raise Unknown(f"'{squeezed(text[begin:])}' does not end in a semicolon")


def parameter_type(text):
    """A parameter without its name."""
    return re.sub(r"(?<=[ *])\w+(?=(\[\d+\])*$)", "", text).strip() if re.search(r"[ *]", text) else text


def parameter_types(text):
    return ", ".join(parameter_type(parameter.strip()) for parameter in text.split(","))


def function_of(text):
    found = re.fullmatch(r"FLT_API (.*?[ *])(flt_\w+)\((.*)\)", text)
    if not found:
        raise Unknown(f"'{text}' is no struct, no enum and not 'FLT_API type flt_name(parameters)'")
    return found[2], f"{found[1].strip()} ({parameter_types(found[3])})"


def field_of(text):
    pointer = re.fullmatch(r"(.*?) \(\*(\w+)\)\((.*)\)", text)
    if pointer:
        return Field(pointer[2], f"{pointer[1]} (*)({parameter_types(pointer[3])})")
    plain = re.fullmatch(r"([^,:(){}]*?[ *])(\w+)((?:\[[^\]]+\])*)", text)
    if not plain:
        raise Unknown(f"field '{text}' is not 'type name', 'type name[count]' or a pointer to a function")
    return Field(plain[2], plain[1].strip() + plain[3])


def struct_of(name, body):
    return Struct(name, [field_of(text) for text in split_top(body)])


def members_of(body):
    return [re.match(r"\s*(\w+)", member)[1] for member in body.split(",") if member.strip()]


def read(path):
    with open(path, encoding="utf-8") as file:
        text = without_comments(file.read()).replace("\\\n", " ")
    code = re.sub(r"^[ \t]*#.*$", "", text, flags=re.M)
    code = re.sub(r'extern "C" \{(.*)\}', r"\1", code, flags=re.S)
    functions, structs, enums = {}, [], []
    for declaration in split_top(code):
        typed = re.fullmatch(r"(struct|enum) (flt_\w+) \{(.*)\}", declaration)
        if re.fullmatch(r"struct flt_\w+", declaration):
            continue
        if typed and typed[1] == "struct":
            structs.append(struct_of(typed[2], typed[3]))
        elif typed:
            enums += members_of(typed[3])
        else:
            name, signature = function_of(declaration)
            functions[name] = signature
    return Header(re.findall(r"^[ \t]*#[ \t]*include[ \t]*(\S+)", text, re.M), functions, structs, enums,
                  constants_of(text), list(macros_of(text)), code)
