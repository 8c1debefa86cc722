/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens a file for writing so that it belongs to whom it is written for. */
#ifndef CREATE_H
#define CREATE_H

#include "confine.h"

/*
 * For the user of -Z, else for the one behind sudo, doas or pkexec: opened, or made, with what that
 * user may, and only then as root. What root opened stays as it was. What root made stays root's,
 * but with -Z is given to that user, if it was made here and now, at a path without symbolic links.
 * The file is not truncated. -1 with errno.
 */
int create_for(const char *path, const struct identity *who);

#endif
