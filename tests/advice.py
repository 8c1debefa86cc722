#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a refusal advises compiles: each "write '...'" and "use '...'" that messages give, for the rows of
tests/error.rows, for every word of habits.def at the places where it is one, and for every word of the language
behind those that a name follows. Advice is a filter of its own, or belongs where the blamed words stand; with a
backslash, it belongs there always. What is said to be so on other link types compiles on one of them.

Exit status: 0 all compiles, 1 not, or too little was advised to be true."""
import json
import os
import re
import subprocess
import sys

SRC, BUILD = os.environ['TOP_SRCDIR'], os.environ['TOP_BUILDDIR']
FILTERC = os.path.join(BUILD, 'filterc/filterc')
NAMES = os.path.join(SRC, 'tests/names')
LINKS = ('EN10MB', 'IEEE802_11', 'RAW', 'LINUX_SLL2', 'PFLOG', 'MTP2', 'A429')
WITH_IP = LINKS[:5]
ADVICE_LEAST = 300

# Where a word of another tool stands: the whole, a number, a relation, an EtherType.
PLACES = {'TEST': ('%s', 'tcp and %s', 'port %s', 'host 10.0.0.1 and %s', '%s 80', '%s host 10.0.0.1',
                   'ether proto %s', 'ip proto %s', '%s[13] = 2'),
          'NUMBER': ('tcp[tcpflags] & %s != 0', 'tcp[%s] = 2', 'icmp[icmptype] = %s', '%s < 100'),
          'BETWEEN': ('ip[8] %s 5',), 'TYPE': ('ether proto %s', 'ether proto {%s}')}
# What a name follows.
BEHIND = ('ether proto', 'ip proto', 'ip6 proto', 'proto', 'protochain', 'iso proto', 'port', 'portrange', 'host',
          'net', 'ether host', 'llc', 'type', 'subtype', 'dir', 'reason', 'action', 'on', 'vlan', 'mpls', 'pppoes',
          'geneve', 'vxlan')
RANGES = ('vlan', 'mpls', 'pppoes', 'geneve', 'vxlan', 'port', 'portrange', 'proto', 'ifindex')
NUMBERS = ('%s 5-10', '%s 10-5', '%s 5..10', '%s range 5-10', '%s id 5', '%s vni 7 and tcp')


def read(path):
    with open(os.path.join(SRC, path), encoding='utf-8') as file:
        return re.sub(r'/\*.*?\*/', '', file.read(), flags=re.S)


def words_of(path, macro):
    """The words of each row of a .def table, with what stands before them."""
    for first, words in re.findall(rf'^{macro}\((\w+),\s*"([^"]*)"', read(path), re.M):
        yield from ((first, word) for word in words.split(','))


def expressions():
    """(link type, expression): all may be refused, and some are not."""
    with open(os.path.join(SRC, 'tests/error.rows'), encoding='utf-8') as file:
        rows = [line.split('\t')[:2] for line in file if line.strip() and not line.startswith('# ')]
    yield from rows
    for place, word in words_of('compiler/text/habits.def', 'HABIT'):
        links = LINKS if place == 'TEST' else WITH_IP   # what stands around a number asks for IP
        yield from ((link, form % word) for form in PLACES[place] for link in links)
    ours = [word for path, macro in (('compiler/text/keywords.def', 'KEYWORD'), ('compiler/text/protos.def', 'PROTO'))
            for _, word in words_of(path, macro)]
    yield from ((link, f'{before} {word}') for before in BEHIND for word in ours for link in LINKS)
    yield from ((link, form % word) for word in RANGES for form in NUMBERS for link in LINKS)


def ask(pairs):
    lines = ''.join(f'{link}\t\t\t\t{expr}\n' for link, expr in pairs)
    out = subprocess.run([FILTERC, 'batch', '--names', NAMES], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in out.stdout.splitlines()]


def replaced(expr, answer, advice):
    """The expression with advice in the place of what is blamed."""
    text = expr.encode()
    return (text[:answer['offset']] + advice.encode() + text[answer['offset'] + answer['length']:]).decode()


def advised(pairs):
    """(link type, expression, what to try: (link type, expression), of which one compiles)."""
    for (link, expr), answer in zip(pairs, ask(pairs), strict=True):
        message = '' if answer['ok'] else answer['error']
        for advice in re.findall(r"(?:write|(?<!types )use) '([^']+)'", message):
            yield link, expr, [(link, advice), (link, replaced(expr, answer, advice))]
        for advice in re.findall(r'write (\\[\w-]+)', message):
            yield link, expr, [(link, replaced(expr, answer, advice))]
        for advice in re.findall(r"on other link types use '([^']+)'", message):
            yield link, expr, [(other, advice) for other in LINKS if other != link]


def main():
    rows = list(advised(list(dict.fromkeys(map(tuple, expressions())))))
    tries = list(dict.fromkeys(pair for _, _, pairs in rows for pair in pairs))
    fine = {pair for pair, answer in zip(tries, ask(tries), strict=True) if answer['ok']}
    failed = 0
    for link, expr, pairs in rows:
        if fine.isdisjoint(pairs):
            failed += 1
            print(f'{link}: {expr}: none of these compiles: {pairs}')
    print(f'{len(rows)} times advised, {failed} wrong')
    return 1 if failed or len(rows) < ADVICE_LEAST else 0


sys.exit(main())
