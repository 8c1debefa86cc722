/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>

#include "libfilter.h"
#include "stop.h"

#define PATIENCE_S 2

/* A handler has no other way to know. */
static _Atomic(struct flt_source *) source_to_stop;

static _Atomic(time_t) stopped_at;       /* seconds of CLOCK_MONOTONIC; 0: not yet */

static atomic_bool interrupted;

/* Some senders send twice; who asks again seconds later means it: the output hangs. */
static void insist(int signal)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	time_t first = atomic_load(&stopped_at);

	if (first == 0)
		atomic_store(&stopped_at, now.tv_sec);
	else if (now.tv_sec - first >= PATIENCE_S) {
		sigaction(signal, &(struct sigaction){ .sa_handler = SIG_DFL }, NULL);
		raise(signal);          /* comes when the handler returns */
	}
}

static void on_signal(int signal)
{
	struct flt_source *src = atomic_load(&source_to_stop);
	int kept = errno;

	if (signal == SIGINT)
		atomic_store(&interrupted, true);
	insist(signal);
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

bool stop_interrupted(void)
{
	return atomic_load(&interrupted);
}

void ignore_broken_pipes(void)
{
	struct sigaction action = { .sa_handler = SIG_IGN };

	sigaction(SIGPIPE, &action, NULL);
}
