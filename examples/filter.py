#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Filter packets from Python, by ctypes alone: an expression becomes a function of bytes.

    $ python3 filter.py 'udp port 53'
    DNS query    match
    ARP request  no match
"""
import ctypes
import sys

lib = ctypes.CDLL('libfilter.so.0')


class Error(ctypes.Structure):
    """struct flt_error"""
    _fields_ = [('code', ctypes.c_int32), ('sys_errno', ctypes.c_int32),
                ('offset', ctypes.c_uint64), ('length', ctypes.c_uint64),
                ('file_offset', ctypes.c_uint64), ('insn', ctypes.c_uint32),
                ('reserved', ctypes.c_uint32),
                ('message', ctypes.c_char * 256)]


# Without these, ctypes would cut pointers and sizes to 32 bits.
lib.flt_compile.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.c_char_p, ctypes.c_size_t,
                            ctypes.c_void_p, ctypes.POINTER(Error)]
lib.flt_run.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint32, ctypes.c_uint32,
                        ctypes.c_void_p]
lib.flt_run.restype = ctypes.c_uint32
lib.flt_error_show.argtypes = [ctypes.POINTER(Error), ctypes.c_char_p, ctypes.c_char_p,
                               ctypes.c_size_t]
lib.flt_program_unref.argtypes = [ctypes.c_void_p]
lib.flt_program_unref.restype = None


class Filter:
    """A compiled expression for Ethernet frames: call it with the bytes of one."""

    def __init__(self, expression):
        self.program, error, text = ctypes.c_void_p(), Error(), expression.encode()
        if lib.flt_compile(ctypes.byref(self.program), text, len(text), None,
                           ctypes.byref(error)) < 0:
            shown = ctypes.create_string_buffer(1024)
            lib.flt_error_show(ctypes.byref(error), text, shown, len(shown))
            raise ValueError(shown.value.decode())

    def __call__(self, frame):
        return lib.flt_run(self.program, frame, len(frame), len(frame), None) != 0

    def __del__(self):
        lib.flt_program_unref(self.program)


ETHER = '020000000002' '020000000001'
IPV4 = '4500001c' '00010000' '40110000' '0a000001' '0a000002'
FRAMES = {
    'DNS query': bytes.fromhex(ETHER + '0800' + IPV4 + 'd431003500080000'),
    'ARP request': bytes.fromhex(ETHER + '0806' + '0001080006040001') + bytes(20),
}

try:
    matches = Filter(sys.argv[1] if len(sys.argv) > 1 else 'udp port 53')
except ValueError as wrong:
    sys.exit(str(wrong).rstrip())
for name, frame in FRAMES.items():
    print('%-12s %s' % (name, 'match' if matches(frame) else 'no match'))
