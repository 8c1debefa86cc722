# SPDX-License-Identifier: BSD-2-Clause
"""Recorded rows that ours does not follow, and what is right in their place: tests/corrected.rows.

The recorded programs of these rows read their headers where they are not. A corrected program is made of the recorded
one, by what the standards say of the header and nothing else; ours is proved to mean that.

ppp:      RFC 1661, 6.5 and 6.6; RFC 1662, 3.1. A packet begins with ff03 or not, and its protocol field is one byte
          where that is odd, else two. The recorded program is right behind ff03 and two bytes: so there are four of
          it, each with its loads moved to where its header ends.
radiotap: radiotap.org. The padding is that of the 802.11 header, to a multiple of 4 bytes. The flags stand behind all
          words of `present`, and behind the timestamp if there is one, whose place is a multiple of 8. The part of the
          recorded program that adds the padding is replaced.
"""
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
PRESENT_WORDS = 8        # so many are read, as sniff-filter(7) says

LDH, LDB, LD, LDB_IND, LD_MEM, LDX_MEM, ST = 0x28, 0x30, 0x20, 0x50, 0x60, 0x61, 0x02
LDX_MSH, LDH_IND, LD_IND = 0xb1, 0x48, 0x40
JA, JEQ, JSET, RET = 0x05, 0x15, 0x45, 0x06
ADD, SUB_X, AND = 0x04, 0x1c, 0x54


def assemble(lines):
    """lines: labels, and (code, k) or (code, k, yes, no) with labels; falls through without."""
    places, count = {}, 0
    for line in lines:
        if isinstance(line, str):
            places[line] = count
        else:
            count += 1
    program = []
    for line in (line for line in lines if not isinstance(line, str)):
        code, k = line[:2]
        here = len(program) + 1
        if code == JA:
            program.append([code, 0, 0, places[k] - here])
        elif len(line) == 4:
            program.append([code, places[line[2]] - here, places[line[3]] - here, k])
        else:
            program.append([code, 0, 0, k])
    assert all(0 <= jt < 256 and 0 <= jf < 256 and k >= 0 for _, jt, jf, k in program)
    return program


# ---- PPP ---------------------------------------------------------------------------------------------

RECORDED_HEADER = 4      # ff03 and two bytes of protocol
RECORDED_TYPE = 2


def moved(program, begin, size):
    """The recorded program for a header whose protocol field of `size` bytes is at `begin`."""
    by = begin + size - RECORDED_HEADER
    copy = []
    for code, jt, jf, k in program:
        if code in (LD, LDH, LDB, LDX_MSH, LD_IND, LDH_IND, LDB_IND):
            if k >= RECORDED_HEADER:
                k += by
            else:
                assert (code, k) == (LDH, RECORDED_TYPE)
                code, k = {1: LDB, 2: LDH}[size], begin
        copy.append([code, jt, jf, k])
    return copy


def ppp(program):
    forms = [moved(program, begin, size) for begin, size in ((2, 2), (2, 1), (0, 2), (0, 1))]
    length = len(program)
    head = [[LDH, 0, 0, 0], [JEQ, 0, 4, 0xff03],
            [LDB, 0, 0, 2], [JSET, 0, 1, 1], [JA, 0, 0, 5 + length - 1], [JA, 0, 0, 4 - 1],
            [LDB, 0, 0, 0], [JSET, 0, 1, 1], [JA, 0, 0, 3 * length], [JA, 0, 0, 2 * length - 1]]
    # at 10: ff03 and two bytes; then ff03 and one; two; one
    head[4][3] = 10 + length - 5
    head[5][3] = 10 - 6
    head[8][3] = 10 + 3 * length - 9
    head[9][3] = 10 + 2 * length - 10
    return head + [insn for form in forms for insn in form]


# ---- radiotap ----------------------------------------------------------------------------------------

FLAGS, TSFT, EXT, DATAPAD = 0x02000000, 0x01000000, 0x80, 0x20


def flags_place(words, has_time):
    at = 4 + 4 * words
    return (at + 7) // 8 * 8 + 8 if has_time else at


def padding(radio, payload):
    """Cells: of the radiotap header's length, and of where the 802.11 header ends."""
    lines = [(LD, 4), (JSET, FLAGS, 'word 1', 'end')]
    for words in range(1, PRESENT_WORDS + 1):
        following = 'word %d' % (words + 1) if words < PRESENT_WORDS else 'end'
        lines += ['word %d' % words, (LD, 4 * words), (JSET, EXT, following, 'fields %d' % words),
                  'fields %d' % words, (LD, 4), (JSET, TSFT, 'time %d' % words, 'none %d' % words),
                  'time %d' % words, (LDB, flags_place(words, True)), (JSET, DATAPAD, 'pad', 'end'),
                  'none %d' % words, (LDB, flags_place(words, False)), (JSET, DATAPAD, 'pad', 'end')]
    # the length of the 802.11 header, rounded up; then from the packet's start again
    lines += ['pad', (LDX_MEM, radio), (LD_MEM, payload), (SUB_X, 0), (ADD, 3), (AND, 0xfffffffc), (0x0c, 0),
              (ST, payload), 'end']
    return lines


def radiotap(program):
    """The recorded programs pad radiotap and 802.11 header together, from `ld [4]` to `and ~3; st`."""
    first = next(i for i, insn in enumerate(program) if insn[0] == LD and insn[3] == 4)
    last = next(i for i, insn in enumerate(program) if insn[0] == AND and insn[3] == 0xfffffffc) + 1
    assert program[last][0] == ST and program[5][0] == ST
    block = assemble(padding(program[5][3], program[last][3]) + [(RET, 0)])[:-1]
    more = len(block) - (last + 1 - first)

    def place(at):
        assert at <= first or at > last
        return at if at <= first else at + more

    made = []
    for at, (code, jt, jf, k) in enumerate(program):
        if first <= at <= last:
            made += block if at == first else []
        elif code & 7 == 5 and code != JA:
            here = place(at) + 1
            made.append([code, place(at + 1 + jt) - here, place(at + 1 + jf) - here, k])
        else:
            assert code != JA or at > last
            made.append([code, jt, jf, k])
    assert all(0 <= jt < 256 and 0 <= jf < 256 for _, jt, jf, _ in made)
    return made


# ---- the rows ----------------------------------------------------------------------------------------

CORRECTIONS = {'PPP': ppp, 'PPP_SERIAL': ppp, 'IEEE802_11_RADIO': radiotap}


def asks_ppp(insns):
    """The protocol, and of the header nothing else, which may stay where it is; nor what is inside a tunnel."""
    low = [insn[0] == LDH and insn[3] == RECORDED_TYPE for insn in insns
           if insn[0] in (LD, LDH, LDB, LDX_MSH) and insn[3] < RECORDED_HEADER]
    inside = [insn for insn in insns if insn[0] in (LD_IND, LDH_IND, LDB_IND) and insn[3] < RECORDED_HEADER]
    return any(low) and all(low) and not inside


def correct(linktype, insns):
    """A program of libpcap; one that asks for no protocol, or for no bytes behind the header, is right."""
    is_ppp = CORRECTIONS.get(linktype) is ppp and asks_ppp(insns)
    is_padded = CORRECTIONS.get(linktype) is radiotap and any(insn[0] == AND and insn[3] == 0xfffffffc for insn in insns)
    return CORRECTIONS[linktype](insns) if is_ppp or is_padded else insns


def read_rows():
    """{id: (packet, what the recorded program says of it, what ours says)}"""
    rows = {}
    with open(os.path.join(HERE, 'corrected.rows'), encoding='utf-8') as lines:
        for line in lines:
            if line.strip() and not line.startswith('#'):
                name, packet, recorded, ours = re.split(r'\s*;\s*', line.strip())
                zeros = re.sub(r'\*(\d+)', lambda run: '00' * int(run.group(1)), packet)
                rows[name] = bytes.fromhex(zeros), recorded == 'yes', ours == 'yes'
    return rows


ROWS = read_rows()


def is_corrected(row):
    return row['id'] in ROWS


def program(row):
    return CORRECTIONS[row['dlt']](row['unopt'])
