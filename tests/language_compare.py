#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The language, held against an installed libpcap: expressions of tests/language.rows, unoptimized programs of both,
proved to mean the same; those of tests/differences must differ. Of the link types in tests/corrected.py, libpcap's
programs read headers where they are not: they are corrected first, but for those of tests/differences.

usage: language_compare.py [--all] [--verbose]

Without --all, every known difference and SAMPLE other rows, chosen by SEED.
Exit status: 0 as expected, 1 not, 77 no libpcap or no prover here.
"""
import ctypes
import ctypes.util
import json
import os
import random
import re
import subprocess
import sys

import conformance
import corrected

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLE = 120
SNAPLEN = 262144
NO_NETMASK = 0xffffffff


def linktypes():
    """Numbers by name, from the table of link types; libpcap's NULL is 0."""
    with open(os.path.join(HERE, '..', 'libfilter', 'names', 'links.def'), encoding='utf-8') as rows:
        found = re.findall(r'^LINK\((\w+), (\w+),', rows.read(), re.MULTILINE)
    return {name: int(number) if number.isdigit() else 0 for name, number in found}


LINKTYPES = linktypes()


class Insn(ctypes.Structure):
    _fields_ = [('code', ctypes.c_ushort), ('jt', ctypes.c_ubyte), ('jf', ctypes.c_ubyte),
                ('k', ctypes.c_uint)]


class Program(ctypes.Structure):
    _fields_ = [('count', ctypes.c_uint), ('insns', ctypes.POINTER(Insn))]


class Libpcap:
    """What the installed one makes of an expression."""

    def __init__(self, path):
        lib = self.lib = ctypes.CDLL(path)
        lib.pcap_open_dead.restype = ctypes.c_void_p
        lib.pcap_open_dead.argtypes = [ctypes.c_int, ctypes.c_int]
        lib.pcap_compile.argtypes = [ctypes.c_void_p, ctypes.POINTER(Program), ctypes.c_char_p,
                                     ctypes.c_int, ctypes.c_uint]
        lib.pcap_freecode.argtypes = [ctypes.POINTER(Program)]
        lib.pcap_close.argtypes = [ctypes.c_void_p]

    def compile(self, linktype, expression):
        """The unoptimized program, or None: it is refused."""
        handle = self.lib.pcap_open_dead(LINKTYPES[linktype], SNAPLEN)
        program = Program()
        status = self.lib.pcap_compile(handle, ctypes.byref(program), expression.encode(), 0,
                                       NO_NETMASK)
        result = None
        if status == 0:
            result = [[insn.code, insn.jt, insn.jf, insn.k]
                      for insn in program.insns[:program.count]]
            self.lib.pcap_freecode(ctypes.byref(program))
        self.lib.pcap_close(handle)
        return result


def reads_usual_names(libpcap):
    """libpcap takes names from this machine's files; where these are odd, its programs are too."""
    pairs = (('tcp port http', 'tcp port 80'), ('ip proto \\tcp', 'ip proto 6'), ('ip proto \\udp', 'ip proto 17'))
    return all(libpcap.compile('EN10MB', name) == libpcap.compile('EN10MB', number)
               for name, number in pairs)


def table(name):
    with open(os.path.join(HERE, name), encoding='utf-8') as lines:
        return [line.rstrip('\n').split('\t') for line in lines
                if line.strip() and not line.startswith('#')]


def chosen(rows, known):
    if '--all' in sys.argv:
        return rows
    seed = int(os.environ.get('SEED', random.randrange(1 << 32)))
    print('SEED=%d' % seed)
    others = [row for row in rows if row not in known]
    return ([row for row in rows if row in known] +
            random.Random(seed).sample(others, min(SAMPLE, len(others))))


def verdicts(libpcap, rows, known):
    """For each row: both refuse, we refuse, we accept, equal, differ, or what the prover says."""
    ours = conformance.batch([(linktype, '', '', 'O0', text) for linktype, text in rows])
    found, pairs = {}, []
    for number, ((linktype, text), answer) in enumerate(zip(rows, ours)):
        theirs = libpcap.compile(linktype, text)
        if theirs is None:
            found[number] = 'we accept' if answer['ok'] else 'both refuse'
        elif not answer['ok']:
            found[number] = 'we refuse'
        else:
            right = theirs if (linktype, text) in known else corrected.correct(linktype, theirs)
            pairs.append({'id': str(number), 'a': right, 'b': answer['insns']})
    found.update((int(answer['id']), answer['verdict']) for answer in conformance.verdicts(pairs))
    return [found.get(number, 'no verdict') for number in range(len(rows))]


def is_as_expected(verdict, is_known):
    same = verdict in ('equal', 'both refuse')
    return same != is_known or verdict == 'timeout'


def main():
    path = ctypes.util.find_library('pcap')
    if not path or not os.path.exists(conformance.PROVER):
        print('skipped: needs a libpcap to compare with, and the prover (set SHARED)')
        return 77
    libpcap = Libpcap(path)
    if not reads_usual_names(libpcap):
        print('skipped: libpcap reads names from /etc/services and /etc/protocols, which are not the usual ones')
        return 77
    conformance.prover_python()
    known = [(row[0], row[1]) for row in table('differences')]
    rows = chosen([(row[0], row[1]) for row in table('language.rows')], known)
    wrong = 0
    for row, verdict in zip(rows, verdicts(libpcap, rows, known)):
        if not is_as_expected(verdict, row in known):
            wrong += 1
            print('%s %r: %s' % (row[0], row[1], verdict))
        elif '--verbose' in sys.argv:
            print('  %s %r: %s' % (row[0], row[1], verdict))
    print('language: %d rows as expected, %d not' % (len(rows) - wrong, wrong))
    return 1 if wrong or not rows else 0


if __name__ == '__main__':
    sys.exit(main())
