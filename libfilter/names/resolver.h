/* SPDX-License-Identifier: BSD-2-Clause */
/* The callbacks of flt_resolver_files(), for the resolver that adds to them. */
#ifndef RESOLVER_H
#define RESOLVER_H

#include "libfilter.h"

int flt__files_host(void *context, const char *name, struct flt_address *list, uint32_t max);
int flt__files_ether(void *context, const char *name, uint8_t address[6]);
int flt__files_network(void *context, const char *name, uint32_t *net);
int flt__files_service(void *context, const char *name, struct flt_service *list, uint32_t max);
int flt__files_protocol(void *context, const char *name, uint32_t *number);

/* The built-in tables; results as those of the callbacks. */
int flt__table_service(const char *name, struct flt_service *list, uint32_t max);
int flt__table_protocol(const char *name, uint32_t *number);

/* Their names, as candidates for what was meant. */
struct nearest;
void flt__table_services_try(struct nearest *near);
void flt__table_protocols_try(struct nearest *near);

#endif
