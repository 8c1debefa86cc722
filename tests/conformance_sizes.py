#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The sizes of our programs beside the recorded ones.

usage: conformance_sizes.py [--verbose] [--report]

No accept row may have more instructions than its recorded optimized program, and all of them together, each recorded
program counted once, must be BELOW_PERCENT shorter. Rows without such a program, rows that loop, and those that are
wrong (tests/corrected.rows, or they read cells that nothing wrote) are exempt.
--verbose names every row that is longer; --report only reports: the exit status is 0 whatever the sizes are.
LINKTYPES='NAME NAME': the rows of these link types only.
Exit status: 0 both hold, 1 one does not or there were no rows, 77 no recorded rows here.
"""
import collections
import json
import os
import sys

import conformance
import corrected

BELOW_PERCENT = 5


def has_size(tally, row):
    """Whether the row says how long its program may be; counted if not."""
    if not tally.takes(row):
        return False
    if row['opt'] is None:
        tally.leave('that nothing matches')
    elif conformance.loops(row['unopt']):
        tally.leave('that loop')
    elif corrected.is_corrected(row):
        tally.leave('that read less than the packet says (tests/corrected.rows)')
    elif conformance.reads_unwritten(row['unopt']):
        tally.leave('that read unwritten cells')
    else:
        return True
    return False


def measured(tally):
    """(row, instructions) of every row that compiles."""
    wanted = [row for row in conformance.rows('filter-accept') if has_size(tally, row)]
    for row, answer in zip(wanted, conformance.batch([conformance.request(row, []) for row in wanted])):
        if answer['ok']:
            yield row, len(answer['insns'])
        else:
            tally.note(row, False, 'refused: ' + answer['error'])


def sum_holds(longest):
    """longest: {recorded program: our longest one for it}."""
    ours, theirs = sum(longest.values()), sum(len(json.loads(recorded)) for recorded in longest)
    ratio = ours / theirs if theirs else 1
    print('sizes: %d distinct recorded programs have %d instructions, ours %d: ratio %.3f, %.3f is the most'
          % (len(longest), theirs, ours, ratio, 1 - BELOW_PERCENT / 100))
    return ratio <= 1 - BELOW_PERCENT / 100


def excess(pair):
    row, count = pair
    return count - len(row['opt'])


def check_sizes():
    tally, longest = conformance.Tally('sizes'), collections.Counter()
    for row, count in sorted(measured(tally), key=excess, reverse=True):
        more = excess((row, count))
        tally.note(row, more <= 0, '%d instructions, %d more than recorded' % (count, more))
        recorded = json.dumps(row['opt'])
        longest[recorded] = max(longest[recorded], count)
    rows_hold = tally.done()
    return sum_holds(longest) and rows_hold


def main():
    if not os.path.isdir(conformance.ROWS):
        print('skipped: no recorded rows at %s (set SHARED)' % conformance.ROWS)
        return 77
    holds = check_sizes()
    return 0 if holds or '--report' in sys.argv else 1


if __name__ == '__main__':
    sys.exit(main())
