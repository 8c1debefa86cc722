/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STREAMS_H
#define STREAMS_H

/* A standard descriptor that is closed would become a socket or a savefile, and text would go into
 * it. What stands in for it can be neither read nor written. */
void fill_standard_descriptors(void);

#endif
