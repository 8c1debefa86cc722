# SPDX-License-Identifier: BSD-2-Clause
"""What sniff and filterc say of their options in --help: made from the same tables as the manual pages and the
completions, but by the compiler and not by awk, so that one can be held against the other."""
import collections
import os
import re
import subprocess

BUILD = os.environ["TOP_BUILDDIR"]
PROGRAMS = {"sniff": f"{BUILD}/sniff/sniff", "filterc": f"{BUILD}/filterc/filterc"}

# letter "-i" or "", name "--interface" or "", argument "INTERFACE" or "", help, words {word: help}
Option = collections.namedtuple("Option", "letter name argument help words")

COLUMN = 30              # where the help of an option begins
HEAD = re.compile(r"^(?= {2,6}-)  (?:(-\S)(?:, )?|    )(--[\w-]+)?(?: ?(\[=\w+\]|\S+))?(?:  +(\S.*))?$")


def run_whole(program, *arguments):
    """What it prints on standard output, its status, what it says on standard error."""
    done = subprocess.run([PROGRAMS[program], *arguments], capture_output=True, stdin=subprocess.DEVNULL,
                          text=True, check=False)
    return done.stdout, done.returncode, done.stderr


def run(program, *arguments):
    """What it prints on standard output, with its status as the second."""
    return run_whole(program, *arguments)[:2]


def options(text):
    """The options of what --help prints: below their help, further right, the words that they take."""
    found, lines = [], text.split("\n")
    first = next(at for at, line in enumerate(lines) if HEAD.match(line))
    for line in lines[first:lines.index("", first)]:
        indent, words = len(line) - len(line.lstrip()), line.strip()
        head = HEAD.match(line) if indent < COLUMN else None
        if head:
            found.append(Option(head[1] or "", head[2] or "", head[3] or "", [head[4] or ""], {}))
        elif indent == COLUMN:
            found[-1].help.append(words)
        elif indent == COLUMN + 2:
            word, meaning = words.split(None, 1)
            found[-1].words[word] = meaning
        else:
            found[-1].words[word] += " " + words
    return [option._replace(help=" ".join(option.help).strip().rstrip(":")) for option in found]


def commands():
    """{name: help} of filterc's commands."""
    text = run("filterc", "-h")[0].split("\n\n")[1]
    rows = re.findall(r"^(\w+) +(.*(?:\n .*)*)", text, re.M)
    return {name: " ".join(help_text.split()) for name, help_text in rows}


def contexts():
    """(words before the options, the options) of sniff and of each command of filterc."""
    yield "sniff", options(run("sniff", "--help")[0])
    for command in commands():
        yield f"filterc {command}", options(run("filterc", command, "-h")[0])
