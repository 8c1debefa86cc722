#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The recorded rows of the established tools, held against filterc.

usage: conformance.py accept|apply|reject|proof [--verbose] [--all]

accept: every expression compiles, at -O0 and optimized; rows that loop are run on packets.
proof:  accepted programs are proved to mean what the recorded ones mean (needs z3), or those of tests/corrected.py:
        all of them with --all, else of SAMPLE rows chosen by SEED, with all that are corrected. Rows that loop are run on packets here, too.
apply:  the value for every packet of the recorded captures, in our interpreter and in the kernel.
reject: every expression is refused with a place and a reason.

--verbose names every row that does not hold, and ends with a table by link type.
LINKTYPES='NAME NAME': the rows of these link types only.
Exit status: 0 all rows hold, 1 some do not or there were none, 77 no recorded rows here.
"""
import collections
import functools
import json
import os
import random
import re
import socket
import struct
import subprocess
import sys

import corrected

LINKTYPES = os.environ.get('LINKTYPES', 'all').split()
NAME_ROWS = ('configure the hosts file', 'configure the ethers file', 'configure the networks file')
PROTOCHAIN_HEADERS = 8
SAMPLE = 150
PROOF_SECONDS = 20       # for one pair; most take milliseconds
LATE_SECONDS = 60        # of a second try
TIMEOUTS_PERCENT = 1     # so many pairs may take longer

SHARED = os.environ.get('SHARED', '../shared')
ROWS = os.path.join(SHARED, 'conformance')
NAMES = os.path.join(ROWS, 'names')
BUILD = os.environ.get('TOP_BUILDDIR', '.')
FILTERC = os.environ.get('FILTERC', os.path.join(BUILD, 'filterc', 'filterc'))
SNIFF = os.environ.get('SNIFF', os.path.join(BUILD, 'sniff', 'sniff'))
PROVER = os.path.join(SHARED, 'tools', 'bpfeq.py')
BYTE_ORDER = os.environ.get('BYTE_ORDER', sys.byteorder)    # of the machine that filterc is built for
VERBOSE = '--verbose' in sys.argv

# Headers in the capturer's byte order: these rows are of a big-endian Linux, the others of their kind
# (22BE, 24BE ...) of big-endian systems with other address families.
BIG_ENDIAN_ROWS = ('link_proto_ip6_10BE_NULL_0', 'link_proto_ip_offline_swapped_BE_NULL_0',
                   'link_proto_ip6_offline_swapped_BE_NULL_0')


def rows(name):
    with open(os.path.join(ROWS, name + '.jsonl'), encoding='utf-8') as lines:
        return [json.loads(line) for line in lines]


def of_this_system(row):
    if row['id'] in BIG_ENDIAN_ROWS:
        return BYTE_ORDER == 'big'
    if 'LE_NULL' in row['id'] and BYTE_ORDER == 'big':
        return False
    return row.get('skip', NAME_ROWS[0]) in NAME_ROWS


class Tally:
    """Which rows hold, which do not, and which were left out and why. A row holds if nothing that is noted of it is
    wrong."""

    def __init__(self, what):
        self.what, self.left = what, collections.Counter()
        self.rows, self.failed = {}, set()

    def leave(self, why):
        self.left[why] += 1

    def takes(self, row):
        """Whether the row is one to hold here; counted if not."""
        if not of_this_system(row):
            self.leave('of other systems')
        elif LINKTYPES != ['all'] and linktype_of(row) not in LINKTYPES:
            self.leave('of other link types')
        else:
            return True
        return False

    def note(self, row, ok, why):
        self.rows[row['id']] = row
        if ok:
            return
        self.failed.add(row['id'])
        if VERBOSE or len(self.failed) <= 20:
            print('%s %s: %s %r: %s' % (self.what, row['id'], row.get('dlt', row.get('savefile')),
                                        row.get('expr'), why))

    def table(self):
        """Rows that hold, and that do not, by link type."""
        counts = collections.defaultdict(lambda: [0, 0])
        for name, row in self.rows.items():
            counts[linktype_of(row)][name in self.failed] += 1
        print('%-32s %6s %7s' % (self.what, 'holds', 'not'))
        for linktype, (held, failed) in sorted(counts.items(), key=lambda entry: -entry[1][1]):
            print('%-32s %6d %7d' % (linktype, held, failed))

    def done(self):
        if VERBOSE:
            self.table()
        left = ', '.join('%d %s' % (n, why) for why, n in sorted(self.left.items()))
        print('%s: %d rows; %d hold, %d do not%s'
              % (self.what, len(self.rows) + sum(self.left.values()), len(self.rows) - len(self.failed),
                 len(self.failed), '; left out: ' + left if left else ''))
        return not self.failed and bool(self.rows)


@functools.lru_cache(maxsize=None)
def savefile_linktype(name):
    """What sniff says that a savefile is; a damaged one is of no link type."""
    done = subprocess.run([SNIFF, '-n', '-c', '1', '-r', os.path.join(ROWS, 'savefiles', name)],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    said = re.search('link-type ([^ ,]+)', done.stderr.decode())
    return said.group(1) if said else 'none'


def linktype_of(row):
    return row['dlt'] if 'dlt' in row else savefile_linktype(row['savefile'])


def batch(requests):
    """Answers to (linktype, snaplen, netmask, flags, expression), in order."""
    text = ''.join('%s\t%s\t%s\t%s\t%s\n' % (r[:4] + (r[4].replace('\n', ' '),)) for r in requests)
    done = subprocess.run([FILTERC, 'batch', '--names', NAMES], input=text.encode(),
                          stdout=subprocess.PIPE, check=False)
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    if done.returncode != 0 or len(answers) != len(requests):
        print('filterc batch: %d answers to %d requests, status %d'
              % (len(answers), len(requests), done.returncode))
        sys.exit(1)
    return answers


def request(row, flags):
    flags = list(flags)
    if row.get('linuxext'):
        flags.append('live')
    if 'offline' in row:
        flags.append(row['offline'])
    return (row['dlt'], row.get('snaplen', ''), row.get('netmask', ''), ','.join(flags), row['expr'])


# ---- accept ------------------------------------------------------------------------------------------

def loops(program):
    return any(code == 5 and k > 0x7fffffff for code, _, _, k in program)


def replay_seed():
    seed = int(os.environ.get('SEED', random.randrange(1 << 32)))
    print('SEED=%d' % seed)
    return seed


def compiled(tally, accept):
    """(row, flag, program) for each of the accept rows, at -O0 and optimized."""
    wanted = [(row, flag) for row in accept for flag in ('O0', '')]
    answers = batch([request(row, [flag] if flag else []) for row, flag in wanted])
    for (row, flag), answer in zip(wanted, answers):
        if not answer['ok']:
            tally.note(row, False, '%s: refused: %s' % (flag or 'optimized', answer['error']))
        else:
            yield row, flag, answer['insns']


def check_accept():
    tally, seed = Tally('accept'), replay_seed()
    for row, flag, program in compiled(tally, filter(tally.takes, rows('filter-accept'))):
        where = wrong_on_packets(program, seed) if loops(row['unopt']) else wrong_difference(row, program)
        tally.note(row, where is None, '%s: %s' % (flag or 'optimized', where))
    return tally.done()


# ---- protochain, on packets: the program in a small machine of its own ----------------------------------
#
# The recorded programs of these rows (all look for UDP) jump backwards, and behind an authentication header they
# forget where it began. So the packet itself says what is right: the headers that it was built from.

class End(Exception):
    pass


def load(data, at, size):
    at &= 0xffffffff
    if at + size > len(data):
        raise End
    return int.from_bytes(data[at:at + size], 'big')


ALU = {0: lambda a, b: a + b, 0x10: lambda a, b: a - b, 0x20: lambda a, b: a * b,
       0x40: lambda a, b: a | b, 0x50: lambda a, b: a & b, 0x60: lambda a, b: a << (b & 31),
       0x70: lambda a, b: a >> (b & 31), 0x80: lambda a, b: -a, 0xa0: lambda a, b: a ^ b}
TESTS = {0x10: lambda a, b: a == b, 0x20: lambda a, b: a > b, 0x30: lambda a, b: a >= b,
         0x40: lambda a, b: a & b != 0}


def load_value(insn, data, x, memory):
    code, _, _, k = insn
    size = {0: 4, 8: 2, 0x10: 1}[code & 0x18]
    mode = code & 0xe0
    if mode == 0x00:
        return k
    if mode == 0x20:
        return load(data, k, size)
    if mode == 0x40:
        return load(data, x + k, size)
    if mode == 0x60:
        return memory[k]
    if mode == 0x80:
        return len(data)
    return 4 * (load(data, k, 1) & 15)


def run(program, data):
    a = x = at = 0
    memory = [0] * 16
    while True:
        insn = code, jt, jf, k = program[at]
        at += 1
        kind = code & 7
        if kind == 0:
            a = load_value(insn, data, x, memory)
        elif kind == 1:
            x = load_value(insn, data, x, memory)
        elif kind == 2:
            memory[k] = a
        elif kind == 3:
            memory[k] = x
        elif kind == 4:
            a = ALU[code & 0xf0](a, x if code & 8 else k) & 0xffffffff
        elif kind == 5 and code & 0xf0 == 0:
            at += k - (1 << 32) if k > 0x7fffffff else k
        elif kind == 5:
            at += jt if TESTS[code & 0xf0](a, x if code & 8 else k) else jf
        elif kind == 6:
            return a if code & 0x18 == 0x10 else k
        elif code & 0xf8 == 0:
            x = a
        else:
            a = x


def chain_packet(rng):
    """IPv6 or IPv4 with up to PROTOCHAIN_HEADERS extension or authentication headers, and the last number."""
    version = rng.choice((4, 6))
    kinds = [0, 43, 44, 60, 51] if version == 6 else [51]
    chain = [rng.choice(kinds) for _ in range(rng.randrange(PROTOCHAIN_HEADERS + 1))]
    chain.append(rng.choice((6, 17, 58, 59, 50)))
    body = b''
    for kind, following in zip(chain, chain[1:]):
        units = 0 if kind == 44 else rng.randrange(3)
        size = (units + 2) * 4 if kind == 51 else (units + 1) * 8
        body += bytes([following, units]) + rng.randbytes(size - 2)
    body += rng.randbytes(24)
    if version == 6:
        return struct.pack('>IHBB', 6 << 28, len(body), chain[0], 64) + rng.randbytes(32) + body, chain[-1]
    return (struct.pack('>BBHHHBBH', 0x45, 0, 20 + len(body), 1, 0, 64, chain[0], 0) + rng.randbytes(8)
            + body, chain[-1])


def value(program, data):
    try:
        return run(program, data)
    except End:
        return 0


def wrong_difference(row, program):
    """A recorded row that ours does not follow differs as tests/corrected.rows has it."""
    if not corrected.is_corrected(row):
        return None
    packet, recorded, ours = corrected.ROWS[row['id']]
    if (value(row['unopt'], packet) != 0) != recorded:
        return 'the recorded program says something else of %s' % packet.hex()
    return None if (value(program, packet) != 0) == ours else 'another answer for %s' % packet.hex()


def wrong_on_packets(program, seed):
    rng = random.Random(seed)
    for _ in range(2000):
        data, last = chain_packet(rng)
        if (value(program, data) != 0) != (last == socket.IPPROTO_UDP):
            return 'another answer for %s' % data.hex()
    return None


# ---- proof --------------------------------------------------------------------------------------------

def prover_python():
    """A Python that has z3: this one, or the system's."""
    for python in (sys.executable, '/usr/bin/python3'):
        if subprocess.run([python, '-c', 'import z3'], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return python
    print('proof: skipped, no z3 (Debian: python3-z3)')
    sys.exit(77)


def ask_prover(pairs, seconds):
    done = subprocess.run([prover_python(), PROVER, '--kernel', '--ref', '--exact', '--jsonl',
                           '--jobs', str(os.cpu_count()), '--timeout', str(seconds)],
                          input='\n'.join(map(json.dumps, pairs)).encode(), stdout=subprocess.PIPE, check=False)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def verdicts(pairs):
    """What the prover says of {'id', 'a', 'b'}, in no order. What takes long is tried once more, for longer: the
    machine may have been busy."""
    found = ask_prover(pairs, PROOF_SECONDS)
    late = {verdict['id'] for verdict in found if verdict['verdict'] == 'timeout'}
    if not late:
        return found
    again = ask_prover([pair for pair in pairs if pair['id'] in late], LATE_SECONDS)
    return [verdict for verdict in found if verdict['id'] not in late] + again


def chosen(tally, seed):
    accept = list(filter(tally.takes, rows('filter-accept')))
    if '--all' in sys.argv or len(accept) <= SAMPLE:
        return accept
    always = list(filter(corrected.is_corrected, accept))
    others = [row for row in accept if not corrected.is_corrected(row)]
    tally.left['not in the sample (--all takes them)'] = len(others) - SAMPLE
    return always + random.Random(seed).sample(others, SAMPLE)


def reads_unwritten(insns):
    """A cell of M[] that not every way there has written; the kernel refuses such programs, which mean nothing. They
    go forward only."""
    written = [None] * len(insns)
    written[0] = frozenset()
    for at, (code, jt, jf, k) in enumerate(insns):
        cells = written[at]
        if cells is None or code & 7 == 6:
            continue
        if code in (0x60, 0x61) and k not in cells:
            return True
        if code in (0x02, 0x03):
            cells |= {k}
        for step in {k} if code == 0x05 else {jt, jf} if code & 7 == 5 else {0}:
            before = written[at + 1 + step]
            written[at + 1 + step] = cells if before is None else before & cells
    return False


def too_many_timeouts(names, pairs):
    for name in names:
        print('proof: timeout: %s' % name)
    print('proof: %d programs, %d time-outs of %d s; %d %% may' % (pairs, len(names), LATE_SECONDS, TIMEOUTS_PERCENT))
    return len(names) * 100 > pairs * TIMEOUTS_PERCENT


def check_proof():
    tally, seed, pairs, by_name, timeouts = Tally('proof'), replay_seed(), [], {}, []
    for row, flag, program in compiled(tally, chosen(tally, seed)):
        name = row['id'] + ' ' + (flag or 'optimized')
        if loops(row['unopt']):
            where = wrong_on_packets(program, seed)
            tally.note(row, where is None, '%s: %s' % (name, where))
            continue
        if reads_unwritten(row['unopt']):
            tally.left['by recorded programs that read unwritten cells (%s)' % row['id']] = 1
            continue
        by_name[name] = row
        recorded = corrected.program(row) if corrected.is_corrected(row) else row['unopt']
        pairs.append({'id': name, 'a': recorded, 'b': program})
    answers = verdicts(pairs)
    for answer in answers:
        if answer['verdict'] == 'timeout':
            timeouts.append(answer['id'])
        tally.note(by_name[answer['id']], answer['verdict'] in ('equal', 'timeout'),
                   '%s: %s' % (answer['id'], json.dumps(answer)[:300]))
    if len(answers) != len(pairs):
        print('proof: %d verdicts on %d programs' % (len(answers), len(pairs)))
        return False
    slow = too_many_timeouts(timeouts, len(pairs))
    return tally.done() and not slow


# ---- apply --------------------------------------------------------------------------------------------

def run_file(row, extra):
    command = [FILTERC, 'run', '--names', NAMES, '-x', row['expr'],
               '-r', os.path.join(ROWS, 'savefiles', row['savefile'])]
    if 'netmask' in row:
        command += ['-m', row['netmask']]
    done = subprocess.run(command + extra, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return done.returncode, [int(n) for n in done.stdout.split()], done.stderr.decode()


def check_apply():
    tally = Tally('apply')
    for row in rows('filter-apply'):
        if not tally.takes(row):
            continue
        for extra in ([], ['-O'], ['-e', 'kernel'], ['-O', '-e', 'kernel']):
            status, values, said = run_file(row, extra)
            tally.note(row, status == 0 and values == row['results'],
                       '%s: %s, not %s %s' % (' '.join(extra), values, row['results'], said))
    return tally.done()


# ---- reject -------------------------------------------------------------------------------------------

def fault(row, answer):
    """What is wrong with the answer to a row that must be refused, or None."""
    if answer['ok']:
        empty = answer.get('empty') and 'rejects all packets' in row['errstr']
        return None if empty else 'accepted'
    if answer['offset'] + answer['length'] > len(row['expr'].encode()):
        return 'a place outside the expression: %r' % answer
    if len(answer['error']) < 12 or answer['error'].strip().lower() == 'syntax error':
        return 'no reason: %r' % answer
    return None


def check_reject():
    tally, wanted = Tally('reject'), []
    for row in rows('filter-reject'):
        if 'savefile' in row:
            status, _, said = run_file(dict(row, expr=''), [])
            tally.note(row, status == 1 and len(said) > 12, 'status %d, %r' % (status, said))
        elif tally.takes(row):
            wanted.append(row)
    for row, answer in zip(wanted, batch([request(row, []) for row in wanted])):
        why = fault(row, answer)
        tally.note(row, why is None, why)
    return tally.done()


def main():
    if not os.path.isdir(ROWS):
        print('skipped: no recorded rows at %s (set SHARED)' % ROWS)
        return 77
    checks = {'accept': check_accept, 'proof': check_proof, 'apply': check_apply, 'reject': check_reject}
    names = [word for word in sys.argv[1:] if not word.startswith('--')]
    return 0 if all([checks[name]() for name in names or ['accept', 'apply', 'reject']]) else 1


if __name__ == '__main__':
    sys.exit(main())
