#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Holds the refusals of tests/error.rows against the library, filterc and sniff: place, code and message
of each, and that all three show the same lines with the caret under the token."""
import ctypes
import json
import os
import subprocess
import sys

SRC, BUILD = os.environ['TOP_SRCDIR'], os.environ['TOP_BUILDDIR']
FILTERC, SNIFF = os.path.join(BUILD, 'filterc/filterc'), os.path.join(BUILD, 'sniff/sniff')
LIBRARY = os.path.join(BUILD, 'libfilter/.libs/libfilter.so.0')
NAMES = os.path.join(SRC, 'tests/names')
ROWS_LEAST = 150


class Error(ctypes.Structure):
    _fields_ = [('code', ctypes.c_int32), ('sys_errno', ctypes.c_int32), ('offset', ctypes.c_uint64),
                ('length', ctypes.c_uint64), ('file_offset', ctypes.c_uint64), ('insn', ctypes.c_uint32),
                ('reserved', ctypes.c_uint32), ('message', ctypes.c_char * 256)]


class Options(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ('size', 'linktype', 'snaplen', 'netmask', 'flags', 'dialect')]
    _fields_ += [('resolver', ctypes.c_void_p), ('max_expression', ctypes.c_uint64), ('max_memory', ctypes.c_uint64),
                 ('max_nesting', ctypes.c_uint32), ('reserved', ctypes.c_uint32), ('trace', ctypes.c_void_p * 3)]


def load():
    """The shared library, or None: not built, or it wants a sanitizer's runtime first."""
    if not os.path.exists(LIBRARY):
        return None
    with open(LIBRARY, 'rb') as file:
        if b'__asan_init' in file.read():
            return None
    lib = ctypes.CDLL(LIBRARY)
    lib.flt_linktype_find.restype = ctypes.c_int64
    lib.flt_strerror.restype = ctypes.c_char_p
    return lib


def read_rows():
    with open(os.path.join(SRC, 'tests/error.rows'), encoding='utf-8') as file:
        for number, line in enumerate(file, 1):
            if line.strip() and not line.startswith('# '):
                yield number, line.rstrip('\n').split('\t')


def shown(expr, answer):
    """What a person should see: message, expression, caret line."""
    text = expr.encode()
    at, end = answer['offset'], answer['offset'] + answer['length']
    before, token = text[:at].decode(), text[at:end].decode()
    return '%s\n%s\n%s^%s\n' % (answer['error'], expr, ' ' * len(before), '~' * (len(token) - 1))


def ask_batch(rows):
    lines = ''.join('%s\t\t\t\t%s\n' % (fields[0], fields[1]) for _, fields in rows)
    out = subprocess.run([FILTERC, 'batch', '--names', NAMES], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in out.stdout.splitlines()]


def ask_program(name, *arguments):
    run = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return run.returncode, run.stderr.decode().removeprefix(name + ': ')


def ask_library(lib, link, expr):
    text, error, program = expr.encode(), Error(), ctypes.c_void_p()
    options = Options(size=ctypes.sizeof(Options), linktype=lib.flt_linktype_find(link.encode()))
    code = lib.flt_compile(ctypes.byref(program), text, ctypes.c_size_t(len(text)), ctypes.byref(options),
                           ctypes.byref(error))
    buf = ctypes.create_string_buffer(2048)
    lib.flt_error_show(ctypes.byref(error), text, buf, ctypes.c_size_t(len(buf)))
    answer = {'offset': error.offset, 'length': error.length, 'code': lib.flt_strerror(code).decode(),
              'error': error.message.decode()}
    return answer, buf.value.decode()


def judge_batch(fields, answer):
    _, _, offset, length, code, phrase = fields
    if answer['ok']:
        yield 'it compiles'
        return
    if (answer['offset'], answer['length']) != (int(offset), int(length)):
        yield 'the place is %d+%d' % (answer['offset'], answer['length'])
    if answer['code'] != 'FLT_E_' + code:
        yield 'the code is ' + answer['code']
    if phrase not in answer['error']:
        yield 'the message is: ' + answer['error']


def judge_others(lib, fields, answer):
    link, expr = fields[:2]
    want = shown(expr, answer)
    got = ask_program('filterc', FILTERC, 'compile', '--names', NAMES, '-y', link, '--', expr)
    if got != (2, want):
        yield 'filterc compile: status %d, %s' % got
    got = ask_program('sniff', SNIFF, '--names', NAMES, '-d', '-y', link, '--', expr)
    if got != (2, want) and expr != 'ip broadcast':      # sniff always knows a netmask
        yield 'sniff: status %d, %s' % got
    if lib:
        same, text = ask_library(lib, link, expr)
        if text != want or any(same[key] != answer[key] for key in same):
            yield 'the library: %s' % text


def main():
    lib = load()
    rows = list(read_rows())
    failed = 0
    for (number, fields), answer in zip(rows, ask_batch(rows), strict=True):
        faults = list(judge_batch(fields, answer))
        if not answer['ok']:
            faults += judge_others(lib, fields, answer)
        for fault in faults:
            print('error.rows:%d: %s: %s' % (number, fields[1], fault))
        failed += bool(faults)
    print('%d rows asked of filterc and sniff%s, %d wrong' % (len(rows), ' and the library' if lib else '', failed))
    return 1 if failed or len(rows) < ROWS_LEAST else 0


sys.exit(main())
