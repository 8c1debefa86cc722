#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The programs of all recorded expressions, from filterc for two machines: the same, instruction by instruction.

usage: port_programs.py FILTERC OTHER_FILTERC

Both at -O0 and optimized, live, and for a savefile in either byte order. BYTE_ORDER=big or little is that of the other
machine. Only where the link header has an address family in the capturer's byte order, the programs of the two orders
differ, and only in this: what the family is compared with is swapped."""
import json
import os
import subprocess
import sys

SHARED = os.environ.get('SHARED', '../shared')
ROWS = os.path.join(SHARED, 'conformance', 'filter-accept.jsonl')
IN_HOST_ORDER = ('NULL', 'ENC')
IS_OTHER_ORDER = os.environ.get('BYTE_ORDER', sys.byteorder) != sys.byteorder
LD, LD_WORD_ABS, JEQ = 0, 0x20, 0x15    # a class, two codes


def requests():
    with open(ROWS, encoding='utf-8') as lines:
        rows = [json.loads(line) for line in lines]
    for row in rows:
        for order in ('live',) if row.get('linuxext') else ('', 'swapped', 'unswapped'):
            for level in ('', 'O0'):
                flags = ','.join(flag for flag in (order, level) if flag)
                yield '%s\t%s\t%s\t%s\t%s' % (row['dlt'], row.get('snaplen', ''), row.get('netmask', ''), flags,
                                              row['expr'].replace('\n', ' '))


def answers(filterc, asked):
    names = os.path.join(SHARED, 'conformance', 'names')
    done = subprocess.run([filterc, 'batch', '--names', names], input='\n'.join(asked).encode() + b'\n',
                          stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().splitlines()


def swapped_families(answer):
    """The answer for the other byte order: each jeq on the word at 0 with its constant's bytes reversed."""
    told = json.loads(answer)
    on_family = False
    for insn in told.get('insns', ()):
        if insn[0] & 7 == LD:
            on_family = insn[0] == LD_WORD_ABS and insn[3] == 0
        elif insn[0] == JEQ and on_family:
            insn[3] = int.from_bytes(insn[3].to_bytes(4, 'little'), 'big')
    return told


def wanted(request, answer):
    if IS_OTHER_ORDER and request.split('\t')[0] in IN_HOST_ORDER:
        return swapped_families(answer)
    return json.loads(answer)


def main():
    asked = list(requests())
    here, there = (answers(filterc, asked) for filterc in sys.argv[1:3])
    if not len(here) == len(there) == len(asked) > 0:
        print('%d and %d answers to %d requests' % (len(here), len(there), len(asked)))
        return 1
    differ = 0
    for request, ours, theirs in zip(asked, here, there):
        if wanted(request, ours) != json.loads(theirs):
            differ += 1
            print('%s\n  here   %s\n  there  %s' % (request, ours, theirs))
    print('%d requests, %d answers differ; %d would, were families not swapped'
          % (len(asked), differ, sum(ours != theirs for ours, theirs in zip(here, there))))
    return 1 if differ else 0


if __name__ == '__main__':
    sys.exit(main())
