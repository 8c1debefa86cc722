/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libfilter: packet filters for Linux.
 *
 * Text in the pcap filter language becomes a checked classic BPF program (flt_compile). The program
 * runs in this process (flt_run), on any socket (flt_attach), or in a source of packets
 * (flt_open_live, flt_open_file); a sink can store these packets (flt_create_file).
 *
 * Rules that hold for every function:
 *  - The result is 0 or a count, or a negative FLT_E_*. What went wrong is in a struct flt_error of
 *    the caller, which is always the last argument and may be NULL.
 *  - Handles are opaque; a NULL handle may be closed or released.
 *  - Option structs begin with their size in bytes; if all other fields are zero, that means the
 *    defaults. A field that this version does not know (a larger size) must be zero.
 *  - Text is written as snprintf() writes it: the result is the length of the whole text without
 *    its NUL, whether or not it fitted.
 *  - A program is immutable and may be used from any thread. A source or a sink belongs to one
 *    thread at a time; flt_source_stop() may be called from anywhere.
 *  - Nothing here prints, exits, forks, starts threads, installs signal handlers or keeps globals.
 */
#ifndef LIBFILTER_H
#define LIBFILTER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define FLT_API __attribute__((visibility("default")))
#else
#define FLT_API
#endif

/* ---- results and errors ------------------------------------------------------------------- */

enum flt_code {
	FLT_OK = 0,
	FLT_END = -1,            /* no error: the source has no more packets */
	FLT_E_NOMEM = -2,        /* no memory, or over a memory ceiling that the caller set */
	FLT_E_ARGUMENT = -3,     /* the call has a mistake: NULL, size, unknown flag */
	FLT_E_SYNTAX = -4,       /* the expression does not follow the grammar */
	FLT_E_MEANING = -5,      /* grammar is fine, but it means nothing here (link type, range) */
	FLT_E_NAME = -6,         /* a name (host, network, port, protocol) did not resolve */
	FLT_E_LIMIT = -7,        /* longer, deeper or larger than a limit allows */
	FLT_E_PROGRAM = -8,      /* the program breaks the machine's rules; insn says where */
	FLT_E_FORMAT = -9,       /* bytes that are not what they should be; an offset says where */
	FLT_E_CUT = -10,         /* a savefile ends inside a record; all before it was delivered */
	FLT_E_SYSTEM = -11,      /* a system call failed; sys_errno says why */
	FLT_E_PERMISSION = -12,  /* the privilege is missing */
	FLT_E_DEVICE = -13,      /* no such interface, or down; removed, or of another type now */
	FLT_E_KERNEL = -14,      /* the kernel refuses this program (length, optmem, loads) */
	FLT_E_UNSUPPORTED = -15, /* valid, but not in this version; the message says what */
	FLT_E_BUG = -16          /* an internal check failed; please report it */
};

/* Why a call failed. A field that does not apply is 0 (insn: FLT_NO_INSN). A call clears the struct
 * first; after FLT_END, it is still clear. */
struct flt_error {
	int32_t code;         /* FLT_E_* */
	int32_t sys_errno;    /* errno of the system call that failed */
	uint64_t offset;      /* bytes into the expression or text where the fault begins */
	uint64_t length;      /* bytes of the faulty token; 0: between two bytes, or the end */
	uint64_t file_offset; /* bytes into the savefile */
	uint32_t insn;        /* instruction, counted from 0 */
	uint32_t reserved;
	char message[256]; /* one sentence, UTF-8, no newline */
};

#define FLT_NO_INSN 0xffffffffu

/* Version of the library that runs, as "0.1.0". */
FLT_API const char *flt_version(void);

/* Stable name of a code, for logs and bindings: flt_strerror(FLT_E_CUT) is "FLT_E_CUT". */
FLT_API const char *flt_strerror(int code);

/*
 * Writes the message, the line of the expression that holds the fault, and carets under the token,
 * as three lines ending in newlines. The line is at most 78 columns wide: a longer one is cut
 * around the fault, with dots. The message says the line number in a text of several lines.
 * Control characters are shown as spaces, bytes that are not UTF-8 as '?'.
 * expr is NUL-terminated, or NULL for the message alone.
 * Written as snprintf() does; returns the whole text's length.
 */
FLT_API int flt_error_show(const struct flt_error *err, const char *expr, char *buf, size_t len);

/* ---- link types ---------------------------------------------------------------------------- */

/*
 * Numbers are those of <pcap/dlt.h> on Linux (RAW is 12), with one exception: 0 means "unspecified"
 * in option structs, so NULL, which savefiles store as 0, is FLT_LINKTYPE_NULL here.
 */
#define FLT_LINKTYPE_NULL       0x10000u
#define FLT_LINKTYPE_EN10MB     1u
#define FLT_LINKTYPE_PPP        9u
#define FLT_LINKTYPE_RAW        12u
#define FLT_LINKTYPE_LOOP       108u
#define FLT_LINKTYPE_LINUX_SLL  113u
#define FLT_LINKTYPE_IPV4       228u
#define FLT_LINKTYPE_IPV6       229u
#define FLT_LINKTYPE_LINUX_SLL2 276u

/* The number of a link type, from its name, with or without "DLT_" and in upper or lower case, or
 * from a decimal number (0 and 101 mean what they mean in savefiles). FLT_E_NAME if unknown. */
FLT_API int64_t flt_linktype_find(const char *name);
/* The known name that is most similar to one that flt_linktype_find() does not know, or NULL: for
 * "did you mean". */
FLT_API const char *flt_linktype_nearest(const char *name);
/* "EN10MB", or NULL if the number is unknown. */
FLT_API const char *flt_linktype_name(uint32_t linktype);
/* "Ethernet", or NULL if the number is unknown. */
FLT_API const char *flt_linktype_describe(uint32_t linktype);

/* ---- programs ------------------------------------------------------------------------------ */

/* One instruction, laid out as the kernel's struct sock_filter. */
struct flt_insn {
	uint16_t code;
	uint8_t jt;
	uint8_t jf;
	uint32_t k;
};

struct flt_program;

/* Metadata that travels beside a packet's bytes. All zero, or a NULL pointer, means a packet on a
 * unix socket: no device, no tag, no link header, and the network header at byte 0. */
struct flt_meta {
	uint32_t present;  /* FLT_META_*: which of the fields below are known */
	uint32_t ifindex;  /* interface index */
	uint16_t hatype;   /* ARPHRD_* of the interface */
	uint16_t protocol; /* EtherType as the kernel saw it, host byte order */
	uint16_t vlan_tci; /* tag that the kernel took out of the bytes */
	uint16_t vlan_tpid;
	uint8_t pkttype; /* PACKET_HOST 0 .. PACKET_OUTGOING 4 */
	uint8_t clock;   /* FLT_CLOCK_* */
	uint16_t queue;
	uint32_t hash; /* receive hash */
	uint32_t mark;
	uint32_t cpu;
	uint32_t pay_offset;
	uint32_t random;  /* what a load of SKF_AD_RANDOM returns */
	int32_t link_off; /* where the link header starts, in bytes from packet.bytes */
	int32_t net_off;  /* where the network header starts; 0 if unspecified */
	uint32_t offload; /* FLT_OFFLOAD_* */
	uint32_t drops;   /* packets lost since the previous one */
	uint32_t reserved[2];
};

#define FLT_META_DEVICE   0x0001u /* ifindex, hatype */
#define FLT_META_PROTOCOL 0x0002u
#define FLT_META_PKTTYPE  0x0004u
#define FLT_META_VLAN     0x0008u /* a tag was there: vlan_tci, vlan_tpid */
#define FLT_META_HASH     0x0010u
#define FLT_META_MARK     0x0020u
#define FLT_META_QUEUE    0x0040u
#define FLT_META_CPU      0x0080u
#define FLT_META_PAYOFF   0x0100u
#define FLT_META_LINK     0x0200u /* link_off */
#define FLT_META_RANDOM   0x0400u
#define FLT_META_DROPS    0x0800u

#define FLT_OFFLOAD_CSUM_NOT_READY 0x0001u /* the checksum is left to the hardware */
#define FLT_OFFLOAD_CSUM_VALID     0x0002u /* the hardware checked it */
#define FLT_OFFLOAD_GSO_TCP        0x0004u /* too large for the wire; the hardware cuts it later */

#define FLT_CLOCK_SYSTEM   0u
#define FLT_CLOCK_HARDWARE 1u

/* One packet. 64 bytes on every machine. bytes and meta are borrowed from the source. */
struct flt_packet {
	int64_t time_ns;    /* since 1970-01-01 UTC */
	uint32_t caplen;    /* bytes that are there */
	uint32_t wirelen;   /* bytes that were on the wire */
	uint32_t interface; /* row in the source's list; 0 if there is only one */
	uint32_t linktype;  /* of this packet (pcapng files may mix them) */
	const uint8_t *bytes;
	const struct flt_meta *meta; /* may be NULL */
	/* The fraction of a savefile's timestamp, in the file's own unit, if it is a second or more
	 * (the file is damaged; time_ns has the sum); otherwise 0. */
	uint32_t odd_fraction;
	/* 0, except before 1677 and after 2262, which pcapng can store, but not time_ns alone: the
	 * time is time_era * 2^64 + time_ns nanoseconds. */
	int32_t time_era;
	uint8_t reserved[32 - 2 * sizeof(void *)];
};

/* An address that a name stands for. */
struct flt_address {
	uint32_t family;   /* 4 or 6 */
	uint8_t bytes[16]; /* network byte order; 4 of them for IPv4 */
};

/* A port that a service name stands for. */
struct flt_service {
	uint16_t port;
	uint8_t protocol; /* 6 TCP, 17 UDP, 132 SCTP */
	uint8_t reserved;
};

/*
 * Where flt_compile() gets names from. A callback that is NULL knows no names. Those with a list
 * return how many results there are (if more than max, it stores max of them), 0 for an unknown
 * name, or a negative FLT_E_*; the others return 1, 0 or a negative FLT_E_*.
 */
struct flt_resolver {
	uint32_t size;
	uint32_t reserved;
	void *context; /* first argument of each callback */
	int (*host)(void *context, const char *name, struct flt_address *list, uint32_t max);
	int (*ether)(void *context, const char *name, uint8_t address[6]);
	/* In host byte order: 10.1.0.0 is 0x0a010000. */
	int (*network)(void *context, const char *name, uint32_t *net);
	int (*service)(void *context, const char *name, struct flt_service *list, uint32_t max);
	int (*protocol)(void *context, const char *name, uint32_t *number);
	int (*ethertype)(void *context, const char *name, uint32_t *number);
};

/*
 * Reads the files hosts, ethers, networks, services and protocols in a directory, with our own
 * small readers; the built-in tables supply what the last two files lack. The context is the
 * directory, as a string; NULL means /etc. To read another, copy the struct and set its context.
 */
FLT_API const struct flt_resolver *flt_resolver_files(void);
/* The same, but also asks the system for hosts that are not in the files (DNS; may block). */
FLT_API const struct flt_resolver *flt_resolver_dns(void);

/*
 * What compiles looked up, kept for the next ones: an expression that is compiled for several link
 * types then means the same for all of them. Each name is looked up once and each file is read
 * once, even if they change meanwhile. Use it only for compiles with the same resolver, and for one
 * at a time; compiled programs do not need it.
 */
struct flt_lookups;
FLT_API int flt_lookups_new(struct flt_lookups **lookups, struct flt_error *err);
FLT_API void flt_lookups_free(struct flt_lookups *lookups);

#define FLT_COMPILE_O0        0x0001u /* do not optimize */
#define FLT_COMPILE_LIVE      0x0002u /* for a live Linux socket: metadata loads are allowed */
#define FLT_COMPILE_SWAPPED   0x0004u /* for a savefile in the other byte order */
#define FLT_COMPILE_UNSWAPPED 0x0008u /* for a savefile in this machine's byte order */
#define FLT_COMPILE_NETMASK   0x0010u /* netmask is known */
#define FLT_COMPILE_COOKED    0x0020u /* with LIVE and a LINUX_SLL type: for a SOCK_DGRAM socket */
#define FLT_COMPILE_FILES     0x0040u /* the expression may name files to read: host @FILE */

#define FLT_DIALECT_PCAP 0u

#define FLT_PASSES_MAX 32

/* One pass of the optimizer. */
struct flt_pass_stats {
	uint32_t letter;
	uint32_t runs;
	uint32_t changes; /* runs that changed something */
	uint32_t reserved;
	const char *what; /* what it does, in a few words; static */
};

/* What a compile cost. All fields are 0, except after success. */
struct flt_compile_stats {
	uint32_t size;       /* set by the caller */
	uint32_t pass_count; /* how many passes there are, including those that did not run */
	uint32_t rounds;     /* how often they ran in turn; some run once, after that */
	uint32_t reserved;
	uint64_t work;   /* blocks and values that the passes visited */
	uint64_t memory; /* bytes taken from the system, given back at the end */
	struct flt_pass_stats passes[FLT_PASSES_MAX]; /* in their own order */
};

struct flt_compile_opts {
	uint32_t size;
	uint32_t linktype;                   /* 0: EN10MB */
	uint32_t snaplen;                    /* bytes to keep of a match; 0: 262144 */
	uint32_t netmask;                    /* host byte order; with FLT_COMPILE_NETMASK */
	uint32_t flags;                      /* FLT_COMPILE_* */
	uint32_t dialect;                    /* FLT_DIALECT_PCAP */
	const struct flt_resolver *resolver; /* NULL: flt_resolver_files() */
	uint64_t max_expression;             /* bytes; 0: 64 MiB */
	uint64_t max_memory;                 /* bytes; 0: 4 GiB */
	uint32_t max_nesting;                /* levels of parentheses; 0: 250 */
	uint32_t reserved;
	/* If set: called with the intermediate code after each pass whose letter is in
	 * trace_letters (NULL: all). text is NUL-terminated and borrowed. */
	void (*trace)(void *context, char letter, const char *text);
	void *trace_context;
	const char *trace_letters;
	/* Only the passes with these letters run, in their own order, as often as they find
	 * something to do (NULL: all). Mandatory passes run in any case. */
	const char *passes;
	struct flt_compile_stats *stats; /* if set: filled in */
	/* If set: what it has is not looked up again, and what is looked up is stored there, within
	 * max_memory; this includes all files that the expression names. */
	struct flt_lookups *lookups;
};

/*
 * Compile an expression of len bytes (no NUL needed). On success *prog is a new program with one
 * reference. An expression that no packet can match still compiles, with FLT_PROGRAM_EMPTY.
 * Errors: FLT_E_SYNTAX, _MEANING, _NAME, _LIMIT, _NOMEM, _UNSUPPORTED, with offset and length; with
 * FLT_COMPILE_FILES also _SYSTEM, for a file that cannot be read.
 */
FLT_API int flt_compile(struct flt_program **prog, const char *expr, size_t len,
			const struct flt_compile_opts *opts, struct flt_error *err);

/* Instructions from elsewhere. */
struct flt_program_opts {
	uint32_t size;
	uint32_t linktype; /* 0: unspecified */
	uint32_t snaplen;  /* 0: unspecified */
	uint32_t flags;    /* 0 */
};

/* Make a program of count instructions, which are copied. They must pass the kernel's check, but
 * there may be up to 1,000,000. Errors: FLT_E_PROGRAM with insn, FLT_E_LIMIT. */
FLT_API int flt_program_new(struct flt_program **prog, const struct flt_insn *insns, uint32_t count,
			    const struct flt_program_opts *opts, struct flt_error *err);

enum flt_format {
	FLT_FORMAT_TEXT = 0,    /* the listing of `sniff -d` */
	FLT_FORMAT_C = 1,       /* initialisers, `-dd` */
	FLT_FORMAT_DECIMAL = 2, /* the count, then one instruction per line, `-ddd` */
	FLT_FORMAT_ASM = 3,     /* the kernel's bpf_asm */
	FLT_FORMAT_JSON = 4,    /* {"insns":[[code,jt,jf,k],...]} */
	FLT_FORMAT_DOT = 5      /* control flow for Graphviz */
};

/* Read a program in FLT_FORMAT_DECIMAL or FLT_FORMAT_JSON. Errors: FLT_E_FORMAT with offset,
 * FLT_E_PROGRAM with insn, FLT_E_UNSUPPORTED for the other formats. */
FLT_API int flt_program_parse(struct flt_program **prog, const char *text, size_t len,
			      enum flt_format format, const struct flt_program_opts *opts,
			      struct flt_error *err);
/* Write a program as text; returns the whole text's length as snprintf() does, or FLT_E_ARGUMENT,
 * or, with FLT_FORMAT_ASM and FLT_FORMAT_DOT, FLT_E_NOMEM, even after a call that only measured.
 * After an error the text is empty. */
FLT_API int flt_program_format(const struct flt_program *prog, enum flt_format format, char *buf,
			       size_t len);
/*
 * As FLT_FORMAT_DOT, with the notes of flt_program_notes(). If expr, the text that was compiled
 * (NUL-terminated), is not NULL, each block also shows the clauses that it came from. Control
 * characters are shown as spaces, bytes that are not UTF-8 as '?'. May return FLT_E_NOMEM.
 */
FLT_API int flt_program_show_graph(const struct flt_program *prog, const char *expr, char *buf,
				   size_t len);
/* The instructions, borrowed for as long as the program lives. */
FLT_API const struct flt_insn *flt_program_insns(const struct flt_program *prog, uint32_t *count);

/*
 * The clause of the expression that an instruction came from, as bytes of the text (offset and
 * length may be NULL). 1: it was found; 0: the instruction came from none (the two returns at the
 * end, and all instructions of a program that flt_compile() did not make); FLT_E_ARGUMENT: there is
 * no such instruction. If an instruction tests several clauses at once, the result is one of them,
 * or the text from the first to the last.
 */
FLT_API int flt_program_clause(const struct flt_program *prog, uint32_t insn, uint64_t *offset,
			       uint64_t *length);

/* What an instruction does, in the words of the protocols. Texts that are too long end in "...". */
struct flt_note {
	char text[96];  /* "ip.proto", "ip.proto = 6 (tcp)", "accept, 262144 bytes" */
	char field[64]; /* what a conditional jump compares, "ip.proto"; otherwise empty */
	uint32_t style; /* FLT_STYLE_*: how people write its values, which are ... */
	uint32_t mask;  /* ... (A & mask) >> shift */
	uint32_t shift;
	uint32_t reserved;
};

#define FLT_STYLE_DECIMAL 0u
#define FLT_STYLE_HEX     1u
#define FLT_STYLE_IPV4    2u

/*
 * A note for each instruction: fills in up to max of them, returns how many there are. A header has
 * a name if the link type and the earlier tests show that it is there on all paths to the
 * instruction. Bytes without a name are written as in the language, `ip[20:4]`, or with their
 * offset in the packet, `[x + 14]`. If the link type of a program is unspecified, there are no
 * names.
 * Errors: FLT_E_ARGUMENT, FLT_E_NOMEM.
 */
FLT_API int flt_program_notes(const struct flt_program *prog, struct flt_note *notes, uint32_t max);

/* A clause of an expression: what is tested at once, `tcp port 80`. */
struct flt_clause {
	uint64_t offset; /* in the expression, in bytes */
	uint64_t length;
	uint32_t yes; /* the number of the clause that is tested next if it holds ... */
	uint32_t no;  /* ... and if it does not; or one of the two below */
};

#define FLT_CLAUSE_REJECT 0xffffffffu
#define FLT_CLAUSE_ACCEPT 0xfffffffeu

/*
 * The clauses of an expression of len bytes, in the order of the text, counted from 0, which is
 * tested first: fills in up to max of them, returns how many there are. A program compiled with
 * FLT_COMPILE_O0 tests them in that order; flt_program_clause() says to which one an instruction
 * belongs. Of opts, only the limits are used; names are not looked up. Errors: those of
 * flt_compile().
 */
FLT_API int64_t flt_clauses(const char *expr, size_t len, const struct flt_compile_opts *opts,
			    struct flt_clause *list, uint32_t max, struct flt_error *err);

#define FLT_PROGRAM_EMPTY      0x0001u /* returns 0 for every packet */
#define FLT_PROGRAM_ALL        0x0002u /* keeps every packet */
#define FLT_PROGRAM_USES_META  0x0004u /* reads metadata: depends on more than the bytes */
#define FLT_PROGRAM_TOO_BIG    0x0008u /* over 4,096 instructions: user space only */
#define FLT_PROGRAM_LIVE       0x0010u /* compiled with FLT_COMPILE_LIVE */
#define FLT_PROGRAM_COOKED     0x0020u /* compiled with FLT_COMPILE_COOKED */
#define FLT_PROGRAM_OTHER_LINK 0x0040u /* EMPTY, but could match on another link type */
#define FLT_PROGRAM_SUPERSET   0x0080u /* from flt_program_superset(): the exact one decides */
#define FLT_PROGRAM_MOVED      0x0100u /* EMPTY: vlan or a similar word moved what follows it */

#define FLT_CLAUSES_MAX 8

enum flt_engine { FLT_ENGINE_INTERP = 0, FLT_ENGINE_JIT = 1, FLT_ENGINE_KERNEL = 2 };

struct flt_program_info {
	uint32_t size;     /* set by the caller */
	uint32_t linktype; /* 0: unspecified */
	uint32_t snaplen;
	uint32_t count;        /* instructions */
	uint32_t longest_path; /* instructions on the longest path */
	uint32_t flags;        /* FLT_PROGRAM_* */
	uint32_t engine;       /* FLT_ENGINE_*: what flt_run() uses */
	/* With FLT_PROGRAM_EMPTY, from flt_compile(): how many clauses of the expression together
	 * exclude all packets, each of which is needed for that; 0: none were found. */
	uint32_t clause_count;
	/* Byte offsets and lengths of these clauses, in the order of the text. */
	uint64_t clause_offset[FLT_CLAUSES_MAX];
	uint64_t clause_length[FLT_CLAUSES_MAX];
	/* With FLT_PROGRAM_MOVED: the word that moved what follows it in the text; the clauses that
	 * contain such a word, bit i for clause i. With these clauses at the end, all can be
	 * true. */
	uint64_t mover_offset;
	uint64_t mover_length;
	uint32_t mover_clauses;
	uint32_t reserved;
};

FLT_API int flt_program_info(const struct flt_program *prog, struct flt_program_info *info);
/*
 * Why no packet can match, for a program with FLT_PROGRAM_EMPTY: one sentence that names the
 * clauses of expr (NUL-terminated), and below it the expression with carets under them, in the form
 * of flt_error_show(). Written as snprintf() does; returns the whole text's length, or
 * FLT_E_ARGUMENT.
 */
FLT_API int flt_program_show_empty(const struct flt_program_info *info, const char *expr, char *buf,
				   size_t len);
/* How large a superset may be. */
struct flt_superset_opts {
	uint32_t size;
	uint32_t max_insns;        /* 0: 4,096, the limit of the kernel */
	uint64_t max_kernel_bytes; /* in the kernel's form, as net.core.optmem_max; 0: no limit */
};

/*
 * A smaller program for a kernel that refuses prog: *wider accepts every packet that prog accepts,
 * whole, and as few others as its size allows. Attach it, and run prog on the packets that it
 * accepts: flt_open_live() does that by itself. The number of bytes in the kernel's form is
 * estimated, and never too low. If no program within the limits can reject anything, that is not an
 * error: *wider accepts everything.
 * Errors: FLT_E_UNSUPPORTED for a program that loads random numbers, FLT_E_NOMEM.
 */
FLT_API int flt_program_superset(struct flt_program **wider, const struct flt_program *prog,
				 const struct flt_superset_opts *opts, struct flt_error *err);
FLT_API struct flt_program *flt_program_ref(struct flt_program *prog);
FLT_API void flt_program_unref(struct flt_program *prog);

/* The kernel's rules alone: what SO_ATTACH_FILTER accepts, flt_check() accepts. Errors:
 * FLT_E_PROGRAM with insn, FLT_E_LIMIT (over 4,096 instructions), FLT_E_NOMEM. */
FLT_API int flt_check(const struct flt_insn *insns, uint32_t count, struct flt_error *err);

/* ---- running ------------------------------------------------------------------------------- */

/* Bytes of the packet to keep (may be more than caplen); 0: no match. Allocates nothing. */
FLT_API uint32_t flt_run(const struct flt_program *prog, const uint8_t *bytes, uint32_t caplen,
			 uint32_t wirelen, const struct flt_meta *meta);
/* The same, slower; *executed is the number of instructions executed, including the last one. */
FLT_API uint32_t flt_run_counted(const struct flt_program *prog, const uint8_t *bytes,
				 uint32_t caplen, uint32_t wirelen, const struct flt_meta *meta,
				 uint32_t *executed);
/* An instruction as it was executed. */
struct flt_step {
	uint32_t insn; /* counted from 0 */
	uint32_t a;    /* the registers before the instruction */
	uint32_t x;
	uint32_t load_off; /* the bytes of the packet that it reads: where ... */
	uint32_t load_len; /* ... and how many; 0: none, or they are not there */
	uint32_t reserved;
};

/* The same as flt_run(), step by step: stores up to max steps; *count is the number of instructions
 * executed, which is never more than flt_program_info.longest_path. */
FLT_API uint32_t flt_run_traced(const struct flt_program *prog, const uint8_t *bytes,
				uint32_t caplen, uint32_t wirelen, const struct flt_meta *meta,
				struct flt_step *steps, uint32_t max, uint32_t *count);
/* One verdict per packet; returns how many are not 0. */
FLT_API uint32_t flt_run_batch(const struct flt_program *prog, const struct flt_packet *packets,
			       uint32_t count, uint32_t *verdicts);

/* ---- sockets ------------------------------------------------------------------------------- */

/* Attach to any socket of the caller's. The present filter is replaced so that no packet passes
 * in between: `ret #0`, drain, the new one (packets that waited in the socket are lost).
 * Errors: FLT_E_KERNEL (the message names the limit or the sysctl; flt_program_superset() makes a
 * program that fits, but is not exact), FLT_E_SYSTEM; FLT_E_NOMEM: the present filter could not be
 * saved in case the new one is refused, and nothing was changed; FLT_E_ARGUMENT: a stream or
 * datagram socket of AF_INET or AF_INET6 shows its filter the transport header first, so a program
 * that tests headers of its link type never matches there. One that tests only link[...] and
 * lengths can. */
FLT_API int flt_attach(const struct flt_program *prog, int fd, struct flt_error *err);
FLT_API int flt_detach(int fd, struct flt_error *err);

/* ---- interfaces ---------------------------------------------------------------------------- */

#define FLT_IF_UP       0x0001u
#define FLT_IF_RUNNING  0x0002u
#define FLT_IF_LOOPBACK 0x0004u
#define FLT_IF_COOKED   0x0008u /* captured through SOCK_DGRAM, with a header that we make */
#define FLT_IF_WIRELESS 0x0010u
#define FLT_IF_ANY      0x0020u /* not a device: all interfaces */

#define FLT_IF_ADDRESSES 8

struct flt_interface {
	char name[32];
	char description[96]; /* empty: none */
	uint32_t index;       /* 0 for `any` */
	uint32_t flags;       /* FLT_IF_* */
	uint32_t linktype;    /* what flt_open_live() will deliver */
	uint32_t hatype;      /* ARPHRD_* */
	uint32_t mtu;
	uint32_t netmask;       /* of the first IPv4 address, host byte order; 0: none */
	uint32_t address_count; /* how many it has; the first FLT_IF_ADDRESSES are below */
	struct flt_address addresses[FLT_IF_ADDRESSES];
};

/* The interfaces of this machine: up and running ones first, by index, then `any`, then loopback,
 * then those that are down. Fills in up to max records, returns how many there are. Needs no
 * privilege. */
FLT_API int flt_interfaces(struct flt_interface *list, uint32_t max, struct flt_error *err);

/* ---- sources ------------------------------------------------------------------------------- */

struct flt_source;

#define FLT_OPEN_NO_PROMISC 0x0001u /* leave the interface's mode alone */
#define FLT_OPEN_IMMEDIATE  0x0002u /* deliver each packet at once, at the cost of speed */
#define FLT_OPEN_LOCK       0x0004u /* the filter cannot be changed after the first read */

#define FLT_DIRECTION_INOUT 0u
#define FLT_DIRECTION_IN    1u
#define FLT_DIRECTION_OUT   2u

struct flt_open_opts {
	uint32_t size;
	uint32_t flags;        /* FLT_OPEN_* */
	uint32_t snaplen;      /* live: bytes to keep; 0: 262144, or what the program says */
	uint32_t direction;    /* FLT_DIRECTION_* */
	uint64_t buffer_bytes; /* ring size, at most half of the memory; 0: 8 MiB
				  * (files: read buffer, 1 MiB) */
	const struct flt_program *program; /* a reference is taken; NULL: everything */
	uint32_t linktype; /* live: the link type of packets; 0: what the interface delivers.
				  * For a cooked one, LINUX_SLL2 (its own) or LINUX_SLL */
	uint32_t reserved;
};

/*
 * Capture live. device is a name or "any". The socket is made with protocol 0, the filter is
 * attached, the ring is mapped, and only then is the socket bound, so that no packet arrives that
 * the filter did not see. A program that the kernel refuses runs in user space on the same bytes
 * and metadata, and flt_source_info() says so. If it is too large (too many instructions, over
 * net.core.optmem_max), the kernel runs a superset of it (flt_program_superset()), the largest that
 * it accepts. If it was compiled for the SLL2 header, which the kernel lacks, or loads random
 * numbers, the kernel delivers all packets. If it also loads something that a ring does not deliver
 * (mark, queue, hash, processor, payload offset), the result is FLT_E_UNSUPPORTED. A loopback
 * device shows each packet once, as it comes in; with FLT_DIRECTION_OUT, as it goes out.
 * Errors: FLT_E_DEVICE (unknown, down; while reading: removed, or its hardware type changed),
 * FLT_E_PERMISSION, FLT_E_ARGUMENT, FLT_E_SYSTEM, FLT_E_NOMEM.
 */
FLT_API int flt_open_live(struct flt_source **src, const char *device,
			  const struct flt_open_opts *opts, struct flt_error *err);
/* A savefile (pcap, pcapng) by path ("-" is standard input), by descriptor (owned from the call on,
 * and closed with the source or if the call fails), or in memory (borrowed). Files may mix link
 * types; with a program that was compiled for one, the source ends at the first packet of another,
 * with FLT_E_MEANING. A damaged or truncated file delivers all good packets, then FLT_E_FORMAT or
 * FLT_E_CUT with file_offset. */
FLT_API int flt_open_file(struct flt_source **src, const char *path,
			  const struct flt_open_opts *opts, struct flt_error *err);
FLT_API int flt_open_fd(struct flt_source **src, int fd, const struct flt_open_opts *opts,
			struct flt_error *err);
FLT_API int flt_open_memory(struct flt_source **src, const void *bytes, size_t len,
			    const struct flt_open_opts *opts, struct flt_error *err);

/* Change the filter while packets flow: after the call, no packet comes that only the old filter
 * accepts, and none is lost that both accept. NULL: everything. Packets already read stay valid
 * until the next read. Live: the new filter sees those bytes of a waiting packet that the old
 * filter kept; if it loads something that only the kernel knows, waiting packets are discarded. */
FLT_API int flt_source_set_program(struct flt_source *src, const struct flt_program *prog,
				   struct flt_error *err);

/*
 * The next run of packets that pass the filter. 1: *packets and *count (at least 1), valid until
 * the next call on this source; 0: nothing within timeout_ms (negative: wait for ever; 0: do not
 * wait), or, at once, the interface went down (flt_source_stats() counts it); FLT_END: end of file,
 * or stopped and drained; otherwise an error: all good packets before it have been delivered, and
 * further calls repeat it. packets[i].caplen is already cut to the filter's value.
 */
FLT_API int flt_source_read(struct flt_source *src, const struct flt_packet **packets,
			    uint32_t *count, int timeout_ms, struct flt_error *err);
/* One packet, by the same contract. */
FLT_API int flt_source_next(struct flt_source *src, struct flt_packet *packet, int timeout_ms,
			    struct flt_error *err);
/* A descriptor for poll(): readable when flt_source_read() can return a result. Negative: none. */
FLT_API int flt_source_fd(const struct flt_source *src);
/* End the source, also from a signal handler or another thread. Accepted packets are still
 * delivered, then flt_source_read() returns FLT_END. */
FLT_API void flt_source_stop(struct flt_source *src);

/* The upper half of the field that has the link type in a pcap file. With FCS_KNOWN, the upper four
 * bits are the length of the frame check sequence after each packet, in units of 2 bytes. */
#define FLT_LINK_BITS_MASK      0xffff0000u
#define FLT_LINK_BITS_FCS_KNOWN 0x04000000u
#define FLT_LINK_BITS_FCS_SHIFT 28

#define FLT_SOURCE_LIVE     0x0001u
#define FLT_SOURCE_SWAPPED  0x0002u /* savefile in the other byte order */
#define FLT_SOURCE_NANO     0x0004u /* nanosecond savefile */
#define FLT_SOURCE_PCAPNG   0x0008u
#define FLT_SOURCE_FALLBACK 0x0010u /* the kernel refused the program */
#define FLT_SOURCE_MIXED    0x0020u /* link types differ: linktype is the first one */
#define FLT_SOURCE_COOKED   0x0040u /* compile filters for it with FLT_COMPILE_COOKED */
#define FLT_SOURCE_SUPERSET 0x0080u /* with FALLBACK: the kernel runs a superset of it */

struct flt_source_info {
	uint32_t size; /* set by the caller */
	uint32_t linktype;
	uint32_t snaplen;
	uint32_t flags;         /* FLT_SOURCE_* */
	uint32_t version_major; /* savefiles */
	uint32_t version_minor;
	uint32_t ring_blocks; /* live */
	uint32_t ring_block_bytes;
	uint32_t interfaces; /* how many so far */
	uint32_t reserved;
	char note[256];     /* with FLT_SOURCE_FALLBACK: why, one sentence */
	uint32_t link_bits; /* savefiles: FLT_LINK_BITS_*, for flt_create_opts */
};

struct flt_source_stats {
	uint32_t size; /* set by the caller */
	uint32_t reserved;
	uint64_t received; /* passed the filter, delivered or not */
	/* Passed the filter, but the ring was full. With FLT_SOURCE_FALLBACK: passed what the
	 * kernel runs; whether they would have passed the whole filter is unknown. */
	uint64_t dropped;
	uint64_t delivered; /* handed out by flt_source_read() */
	uint64_t filtered;  /* examined and discarded in user space */
	uint64_t downs;     /* live: how often the interface went down; the capture goes on */
	/* Accepted, but not yet handed out. If user space discards packets, some of these may be
	 * among them: this is the most that can come. */
	uint64_t waiting;
	uint32_t ending; /* 1: stopped, or the interface is gone; only waiting packets come */
	uint32_t reserved_too;
};

FLT_API int flt_source_info(const struct flt_source *src, struct flt_source_info *info);
FLT_API int flt_source_stats(struct flt_source *src, struct flt_source_stats *stats);
FLT_API void flt_source_close(struct flt_source *src);

/* ---- sinks --------------------------------------------------------------------------------- */

struct flt_sink;

#define FLT_CREATE_NANO      0x0001u /* nanosecond pcap */
#define FLT_CREATE_FLUSH     0x0002u /* flush after each packet */
#define FLT_CREATE_EXCLUSIVE 0x0004u /* the file must not exist */

struct flt_create_opts {
	uint32_t size;
	uint32_t flags;     /* FLT_CREATE_* */
	uint32_t linktype;  /* 0: EN10MB */
	uint32_t snaplen;   /* 0: 262144 */
	uint32_t link_bits; /* FLT_LINK_BITS_*, as flt_source_info() has them */
	uint32_t reserved;
	/* If set: called instead of write(2). Returns how many of the bytes it wrote; if fewer,
	 * errno says why, and the sink has failed. If part of a record has been written by then, it
	 * is called once more, with the rest of that record and nothing else. */
	size_t (*write)(void *context, int fd, const void *bytes, size_t len);
	void *write_context;
};

/* What a sink has taken. */
struct flt_sink_stats {
	uint32_t size; /* set by the caller */
	uint32_t reserved;
	uint64_t packets; /* written or buffered */
	uint64_t kept;    /* written out whole; correct after a failure, too */
	/* Packets from before 1970 or after 2106. A pcap file cannot store these times, which
	 * became the first or the last that it can. */
	uint64_t times_clamped;
};

/* Write a pcap savefile: by path ("-" is standard output), or by descriptor (owned from the call
 * on, even if it fails). The library leaves SIGPIPE alone: a program that writes to pipes should
 * ignore it, and gets EPIPE. */
FLT_API int flt_create_file(struct flt_sink **sink, const char *path,
			    const struct flt_create_opts *opts, struct flt_error *err);
FLT_API int flt_create_fd(struct flt_sink **sink, int fd, const struct flt_create_opts *opts,
			  struct flt_error *err);
/* Write the packets whose verdict is not 0 (NULL: all), each cut to its verdict. A tag that the
 * kernel took out is put back into the bytes. A time that the file cannot store becomes the nearest
 * one that it can, and flt_sink_stats() counts it. Returns 0, or an error whose message says how
 * many packets were kept. */
FLT_API int flt_sink_write(struct flt_sink *sink, const struct flt_packet *packets, uint32_t count,
			   const uint32_t *verdicts, struct flt_error *err);
FLT_API int flt_sink_flush(struct flt_sink *sink, struct flt_error *err);
FLT_API int flt_sink_stats(const struct flt_sink *sink, struct flt_sink_stats *stats);
/* Flush, close, free. An error comes from the flush. */
FLT_API int flt_sink_close(struct flt_sink *sink, struct flt_error *err);

#ifdef __cplusplus
}
#endif

#endif
