/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATUS_H
#define STATUS_H

/* Exit statuses, which scripts rely on: all done; an error at run time; a wrong command line or
 * expression. */
enum status { DONE = 0, FAILED = 1, USAGE = 2 };

#endif
