/* SPDX-License-Identifier: BSD-2-Clause */
/* filterc: the filter workbench. Commands and options are tables; each command reads one struct
 * request. */
#include "filterc.h"

#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct command {
	const char *name;
	const char *options;     /* letters it takes, of those in `options` */
	const char *synopsis;
	const char *help;
	int (*run)(struct request *req);
	enum { OPERAND_NONE, OPERAND_EXPRESSION, OPERAND_PROGRAM } operand;
};

static const struct command commands[] = {
	{ "compile", "ysmODfLCNPKSr",
	  "[-y LINKTYPE] [-s SNAPLEN] [-m NETMASK] [-O] [--live] [--cooked]\n"
	  "                       [--dialect pcap] [--passes[=LETTERS]] [--only LETTERS]\n"
	  "                       [--names DIR] [--stats [-r FILE]] [-f FORMAT] EXPRESSION",
	  "one expression to one program; FORMAT is text, c, ddd, asm, json or dot",
	  command_compile, OPERAND_EXPRESSION },
	{ "batch", "DNK", "[--dialect pcap] [--only LETTERS] [--names DIR]",
	  "requests on standard input, one a line: link type, snaplen, netmask, flags,\n"
	  "          expression, with tabs between; one JSON answer a line",
	  command_batch, OPERAND_NONE },
	{ "run", "emOxprNK",
	  "[-e interp|kernel] [-m NETMASK] [-O] [--only LETTERS] [--names DIR]\n"
	  "                   (-x EXPRESSION | -p PROGRAM) -r FILE",
	  "the program's value for each packet of a savefile, one a line",
	  command_run, OPERAND_NONE },
	{ "check", "", "PROGRAM", "the kernel's rules for a program in -ddd form",
	  command_check, OPERAND_PROGRAM },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* Long options without a letter of their own have a capital here that no short option uses. */
static const struct option long_options[] = {
	{ "linktype", required_argument, NULL, 'y' },
	{ "snapshot-length", required_argument, NULL, 's' },
	{ "netmask", required_argument, NULL, 'm' },   { "no-optimize", no_argument, NULL, 'O' },
	{ "dialect", required_argument, NULL, 'D' },   { "format", required_argument, NULL, 'f' },
	{ "live", no_argument, NULL, 'L' },            { "cooked", no_argument, NULL, 'C' },
	{ "names", required_argument, NULL, 'N' },     { "passes", optional_argument, NULL, 'P' },
	{ "engine", required_argument, NULL, 'e' }, { "expression", required_argument, NULL, 'x' },
	{ "program", required_argument, NULL, 'p' },   { "read", required_argument, NULL, 'r' },
	{ "only", required_argument, NULL, 'K' },      { "stats", no_argument, NULL, 'S' },
	{ "help", no_argument, NULL, 'h' },            { NULL, 0, NULL, 0 },
};

static void usage(FILE *to)
{
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(to, "%s filterc %s %s\n", i ? "      " : "usage:", commands[i].name,
			commands[i].synopsis);
	fputs("\n", to);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(to, "%-9s %s\n", commands[i].name, commands[i].help);
}

/* ---- options ------------------------------------------------------------------------------- */

static bool set_plain(struct request *req, int letter)
{
	switch (letter) {
	case 'O':
		req->opts.flags |= FLT_COMPILE_O0;
		return true;
	case 'L':
		req->opts.flags |= FLT_COMPILE_LIVE;
		return true;
	case 'C':
		req->opts.flags |= FLT_COMPILE_LIVE | FLT_COMPILE_COOKED;
		return true;
	case 'P':
		req->passes = true;
		req->opts.trace_letters = optarg;
		return true;
	case 'S':
		req->stats = true;
		return true;
	case 'x':
		req->expression = optarg;
		return true;
	case 'p':
		req->program_path = optarg;
		return true;
	case 'r':
		req->savefile = optarg;
		return true;
	default:
		return false;
	}
}

static bool set_option(struct request *req, int letter)
{
	static const struct {
		int letter;
		bool (*set)(struct request *req, const char *word, char *why, size_t why_len);
	} rows[] = {
		{ 'y', request_linktype }, { 's', request_snaplen }, { 'm', request_netmask },
		{ 'D', request_dialect },  { 'f', request_format },  { 'e', request_engine },
		{ 'N', request_names },    { 'K', request_only },
	};
	char why[256];

	if (set_plain(req, letter))
		return true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].letter != letter)
			continue;
		if (rows[i].set(req, optarg, why, sizeof(why)))
			return true;
		complain("%s", why);
	}
	return false;
}

/* 1: go on; else the status to end with, negated. */
static int read_options(const struct command *command, struct request *req, int argc, char **argv)
{
	int letter;

	while ((letter = getopt_long(argc, argv, "y:s:m:Of:e:x:p:r:h", long_options, NULL)) != -1) {
		if (letter == 'h') {
			usage(stdout);
			return -STATUS_DONE;
		}
		if (letter == '?') {
			complain("usage: filterc %s %s", command->name, command->synopsis);
			return -STATUS_USAGE;
		}
		if (!strchr(command->options, letter)) {
			complain("%s does not take this option; usage: filterc %s %s",
				 command->name, command->name, command->synopsis);
			return -STATUS_USAGE;
		}
		if (!set_option(req, letter))
			return -STATUS_USAGE;
	}
	return 1;
}

/* ---- operands ------------------------------------------------------------------------------ */

/* The words with a blank between, as the sniffer takes its expression. */
static char *join(char **words)
{
	size_t len = 1;

	for (char **word = words; *word; word++)
		len += strlen(*word) + 1;
	char *text = malloc(len);
	char *at = text;
	for (char **word = words; text && *word; word++) {
		size_t word_len = strlen(*word);
		if (at != text)
			*at++ = ' ';
		memcpy(at, *word, word_len);
		at += word_len;
	}
	if (text)
		*at = '\0';
	return text;
}

static int run_command(const struct command *command, struct request *req, char **operands)
{
	char *expression = NULL;

	if (command->operand == OPERAND_EXPRESSION) {
		expression = join(operands);
		req->expression = expression;
		if (!expression)
			return STATUS_FAILED;
	} else if (command->operand == OPERAND_PROGRAM) {
		if (!operands[0] || operands[1]) {
			complain("%s takes one file; usage: filterc %s %s", command->name,
				 command->name, command->synopsis);
			return STATUS_USAGE;
		}
		req->program_path = operands[0];
	} else if (operands[0]) {
		complain("%s takes no '%s'; usage: filterc %s %s", command->name, operands[0],
			 command->name, command->synopsis);
		return STATUS_USAGE;
	}
	int status = command->run(req);
	free(expression);
	return status;
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

int main(int argc, char **argv)
{
	struct request req;

	if (argc > 1 && (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0)) {
		usage(stdout);
		return STATUS_DONE;
	}
	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		printf("filterc %s\n", flt_version());
		return STATUS_DONE;
	}
	const struct command *command = argc > 1 ? find_command(argv[1]) : NULL;
	if (!command) {
		if (argc > 1)
			complain("no command '%s'", argv[1]);
		usage(stderr);
		return STATUS_USAGE;
	}
	signal(SIGPIPE, SIG_IGN);
	request_init(&req);
	argv[1] = argv[0];              /* getopt() names it in its messages */
	int go = read_options(command, &req, argc - 1, argv + 1);
	return go <= 0 ? -go : run_command(command, &req, argv + 1 + optind);
}
