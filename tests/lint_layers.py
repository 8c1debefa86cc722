# SPDX-License-Identifier: BSD-2-Clause
"""Which layer a file is of, and what that layer knows nothing of: README, SOURCE LAYOUT."""
import fnmatch
import os

# A directory has the layer of the one above it, unless it has a row.
LAYERS = {
    "libfilter": 0,
    "libfilter/machine": 1,
    "libfilter/names": 2, "libfilter/savefile": 2, "libfilter/live": 2,
    "libfilter/print": 3, "compiler": 3,
    "cli": 4, "sniff": 4, "filterc": 4,
    "examples": 5,
    "tests": 6,
}
# Files of another layer than their directory, without their endings.
OTHER_LAYERS = {"libfilter/capture": 2, "libfilter/sink": 2, "libfilter/odd_time": 2, "libfilter/vlan_tag": 2,
                "libfilter/write_all": 2}
LIBRARIES, PROGRAMS, EXAMPLES = (0, 1, 2, 3), 4, 5

# What programs include of the libraries. Examples include the first only, as people do.
PUBLIC = "libfilter/libfilter.h"
FROM_PROGRAMS = (PUBLIC, "libfilter/plain.h", "libfilter/compressed.h", "libfilter/distance.h",
                 "libfilter/write_all.h",
                 "libfilter/print/dissect.h", "libfilter/print/out.h", "libfilter/print/stamps.h")
SEEN = {PROGRAMS: FROM_PROGRAMS, EXAMPLES: (PUBLIC,)}

# Of one layer, and yet the first knows nothing of the second, but for the tables that both read.
APART = (
    ("compiler", "libfilter/print"), ("libfilter/print", "compiler"),
    ("cli", "sniff"), ("cli", "filterc"), ("sniff", "filterc"), ("filterc", "sniff"),
)
TABLES_OF_BOTH = ("compiler/layouts.def",)

# Headers of the system that a layer does not include.
SOCKETS = ("sys/socket.h", "sys/un.h", "net/*", "netinet/*", "netdb.h", "linux/if*", "linux/netlink.h",
           "linux/rtnetlink.h", "linux/sock*")
FILES = ("fcntl.h", "sys/stat.h", "sys/file.h", "sys/uio.h", "sys/sendfile.h", "dirent.h", "poll.h", "sys/epoll.h",
         "sys/ioctl.h", "unistd.h")
FOREIGN = {
    0: (*SOCKETS, *FILES, "linux/*", "sys/mman.h"),
    1: (*SOCKETS, *FILES),                          # native code maps memory
    3: (*SOCKETS, *FILES, "sys/mman.h"),
}


def layer_of(path):
    stem, directory = os.path.splitext(path)[0], os.path.dirname(path)
    while directory not in LAYERS:
        directory = os.path.dirname(directory)
    return OTHER_LAYERS.get(stem, LAYERS[directory])


def is_in(path, directory):
    return path.startswith(directory + "/")


def are_apart(path, target):
    return target not in TABLES_OF_BOTH and any(
        is_in(path, one) and is_in(target, other) for one, other in APART)


def is_foreign(path, header):
    return any(fnmatch.fnmatch(header, pattern) for pattern in FOREIGN.get(layer_of(path), ()))


def may_see(path, target):
    """Programs and examples see their own layer, and little of the others."""
    layer = layer_of(path)
    return layer not in SEEN or layer_of(target) == layer or target in SEEN[layer]
