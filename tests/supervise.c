/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * supervise SECONDS COMMAND [ARGUMENT...]: what every test of the suite is started through.
 *
 * A test begins with the usual signals, whatever the caller ignores (nohup, a daemon's shell), and
 * an empty standard input. It ends: after SECONDS all that it started is killed, and a line says
 * so. 0 or TEST_SECONDS=0: no limit. The exit status is the test's.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define GRACE_SECONDS 3 /* from SIGTERM, on which tests clean up, to SIGKILL */
#define CANNOT_RUN    127

static volatile sig_atomic_t caught;

static void on_signal(int signal)
{
	caught = signal;
}

static void use_default_signals(void)
{
	struct sigaction usual = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int signal = 1; signal < NSIG; signal++)
		sigaction(signal, &usual, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void run_test(char **command)
{
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

	setpgid(0, 0);
	if (nothing >= 0)
		dup2(nothing, STDIN_FILENO);
	execvp(command[0], command);
	fprintf(stderr, "supervise: %s: %s\n", command[0], strerror(errno));
	_exit(CANNOT_RUN);
}

/* Without SA_RESTART: they end the wait. */
static void catch_signals(void)
{
	const int ours[] = { SIGALRM, SIGHUP, SIGINT, SIGTERM };
	struct sigaction action = { .sa_handler = on_signal };

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		sigaction(ours[i], &action, NULL);
}

static void kill_test(pid_t test)
{
	kill(-test, SIGTERM);
	for (int tenth = 0; tenth < 10 * GRACE_SECONDS; tenth++) {
		if (waitpid(test, NULL, WNOHANG) != 0)
			break;
		usleep(100000);
	}
	kill(-test, SIGKILL);
}

/* The wait status, or -1 when a signal or the time ended it. */
static int await_test(pid_t test)
{
	int status = 0;

	while (waitpid(test, &status, 0) < 0)
		if (errno != EINTR || caught)
			return -1;
	return status;
}

static int exit_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	const char *wanted = getenv("TEST_SECONDS");
	unsigned seconds = argc > 2 ? (unsigned)strtoul(wanted ? wanted : argv[1], NULL, 10) : 0;

	if (argc < 3) {
		fputs("usage: supervise SECONDS COMMAND [ARGUMENT...]\n", stderr);
		return 2;
	}
	use_default_signals();
	pid_t test = fork();

	if (test == 0)
		run_test(argv + 2);
	if (test < 0)
		return CANNOT_RUN;
	setpgid(test, test);
	catch_signals();
	alarm(seconds);
	int status = await_test(test);

	if (status >= 0)
		return exit_status(status);
	kill_test(test);
	if (caught == SIGALRM)
		printf("%s did not end within %u s\n", argv[2], seconds);
	else
		printf("%s was ended by signal %d\n", argv[2], (int)caught);
	return 1;
}
