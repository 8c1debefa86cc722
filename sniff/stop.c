/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

#include "libfilter.h"
#include "stop.h"

/* A handler has no other way to know. */
static _Atomic(struct flt_source *) source_to_stop;

static void on_signal(int signal)
{
	struct flt_source *src = atomic_load(&source_to_stop);
	int kept = errno;

	(void)signal;
	if (src)
		flt_source_stop(src);
	errno = kept;
}

static void handle(int signal)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigemptyset(&action.sa_mask);
	sigaction(signal, &action, NULL);
}

static int is_ignored(int signal)
{
	struct sigaction action;

	return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void stop_on_signals(struct flt_source *src)
{
	atomic_store(&source_to_stop, src);
	handle(SIGINT);
	handle(SIGTERM);
	if (!is_ignored(SIGHUP))
		handle(SIGHUP);
}

void ignore_broken_pipes(void)
{
	struct sigaction action = { .sa_handler = SIG_IGN };

	sigaction(SIGPIPE, &action, NULL);
}
