/* SPDX-License-Identifier: BSD-2-Clause */
/* Protocols whose messages are lines of text: HTTP, SMTP, FTP, RTSP, SIP, WHOIS. A segment is
 * shown only when it begins with a request or a reply; without -v its first line, with -v all
 * its lines. */
#include "print.h"

#define ALWAYS      0u /* any text is shown */
#define CODE_SECOND 1u /* replies begin with a version, then three digits */

struct text_protocol {
	const char *protocol; /* of p->protocol */
	const char *title;
	unsigned shown; /* ALWAYS or CODE_SECOND */
	const char *const *requests;
};

static const char *const http_requests[] = { "GET",
					     "PUT",
					     "COPY",
					     "HEAD",
					     "LOCK",
					     "MOVE",
					     "POLL",
					     "POST",
					     "BCOPY",
					     "BMOVE",
					     "MKCOL",
					     "TRACE",
					     "LABEL",
					     "MERGE",
					     "DELETE",
					     "SEARCH",
					     "UNLOCK",
					     "REPORT",
					     "UPDATE",
					     "NOTIFY",
					     "BDELETE",
					     "CONNECT",
					     "OPTIONS",
					     "CHECKIN",
					     "PROPFIND",
					     "CHECKOUT",
					     "CCM_POST",
					     "SUBSCRIBE",
					     "PROPPATCH",
					     "BPROPFIND",
					     "BPROPPATCH",
					     "UNCHECKOUT",
					     "MKACTIVITY",
					     "MKWORKSPACE",
					     "UNSUBSCRIBE",
					     "RPC_CONNECT",
					     "VERSION-CONTROL",
					     "BASELINE-CONTROL",
					     NULL };

static const char *const rtsp_requests[] = { "ANNOUNCE", "DESCRIBE", "GET_PARAMETER",
					     "OPTIONS",  "PAUSE",    "PLAY",
					     "RECORD",   "REDIRECT", "SET_PARAMETER",
					     "SETUP",    "TEARDOWN", NULL };

static const char *const sip_requests[] = { "ACK",    "BYE",     "CANCEL",   "DO",      "INFO",
					    "INVITE", "MESSAGE", "NOTIFY",   "OPTIONS", "PRACK",
					    "QAUTH",  "REFER",   "REGISTER", "SPRACK",  "SUBSCRIBE",
					    "UPDATE", "PUBLISH", NULL };

static const struct text_protocol http = { "http", "HTTP", CODE_SECOND, http_requests };
static const struct text_protocol smtp = { "smtp", "SMTP", ALWAYS, NULL };
static const struct text_protocol ftp = { "ftp", "FTP", ALWAYS, NULL };
static const struct text_protocol rtsp = { "rtsp", "RTSP", CODE_SECOND, rtsp_requests };
static const struct text_protocol sip = { "sip", "SIP", CODE_SECOND, sip_requests };
static const struct text_protocol whois = { "whois", "WHOIS", ALWAYS, NULL };

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\r' || c == '\n';
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* The next word; the blanks behind it are taken, too. Length 0: none, or none that ends. */
static struct cursor word(struct cursor *c)
{
	struct cursor found = *c;

	while (cur_left(c) > 0 && !is_space(*c->at))
		c->at++;
	found.end = c->at;
	while (cur_left(c) > 0 && is_space(*c->at) && *c->at != '\r' && *c->at != '\n')
		c->at++;
	return found;
}

static bool same_word(const struct cursor *found, const char *name)
{
	size_t len = strlen(name);

	if (cur_left(found) != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		uint8_t c = found->at[i];
		if ((c >= 'a' && c <= 'z' ? c - 32 : c) != name[i])
			return false;
	}
	return true;
}

static bool is_code(const struct cursor *found)
{
	return cur_left(found) == 3 && is_digit(found->at[0]) && is_digit(found->at[1]) &&
	       is_digit(found->at[2]);
}

static bool begins_message(const struct text_protocol *text, struct cursor c)
{
	struct cursor first = word(&c);

	if (text->shown == ALWAYS)
		return true;
	if (cur_left(&first) == 0)
		return false;
	for (const char *const *request = text->requests; *request; request++)
		if (same_word(&first, *request))
			return true;
	struct cursor code = word(&c);
	return is_code(&code);
}

static bool is_graphic(uint8_t c)
{
	return (c >= ' ' && c < 0x7f) || c == '\t';
}

/* Bytes of the line at the cursor without its end, of which the first half may be all that is
 * there; -1 when it is no text. */
static int line_length(const struct cursor *c)
{
	size_t i = 0;

	for (; i < cur_left(c); i++) {
		uint8_t b = c->at[i];

		if (b == '\n' || (b == '\r' && (i + 1 == cur_left(c) || c->at[i + 1] == '\n')))
			break;
		if (!is_graphic(b))
			return -1;
	}
	return (int)i;
}

static void out_line(struct out *out, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] == '\t')
			out_char(out, '\t');
		else
			flt__out_byte(out, bytes[i]);
}

/* Was less captured of the len bytes from the cursor on than the packet had? */
static bool is_cut(const struct printer *p, const struct cursor *c, uint32_t len)
{
	return !p->whole && cur_left(c) < len;
}

/* One line; false when no more can follow. One that does not end goes on in the next segment,
 * unless the capture is what ends it. */
static bool line(struct printer *p, struct cursor *c, const char *before, bool cut)
{
	int len = line_length(c);

	if (len < 0)
		return false;
	flt__out_text(p->out, before);
	out_line(p->out, c->at, (size_t)len);
	c->at += len;
	if (cur_left(c) > 0 && *c->at == '\r')
		c->at++;
	bool ends = cur_skip(c, 1);
	if (!ends && cut)
		flt__print_cut(p);
	return ends;
}

/* Between two lines. */
static void end_of_capture(struct printer *p, const struct cursor *c, bool cut)
{
	if (cut && cur_left(c) == 0)
		flt__print_cut(p);
}

static void show(struct printer *p, struct cursor c, const struct text_protocol *text, uint32_t len)
{
	bool cut = is_cut(p, &c, len);

	p->protocol = text->protocol;
	flt__out_text(p->out, text->title);
	end_of_capture(p, &c, cut);
	if (!begins_message(text, c))
		return;
	if (p->opts.verbose == 0) {
		line(p, &c, ": ", cut);
		return;
	}
	flt__out_fmt(p->out, ", length: %u", len);
	while (cur_left(&c) > 0 && line(p, &c, "\n\t", cut))
		;
	end_of_capture(p, &c, cut);
}

static void show_tcp(struct printer *p, struct cursor c, uint32_t len,
		     const struct text_protocol *text)
{
	OUT(p->out, ": ");
	show(p, c, text, len);
}

void flt__print_http(struct printer *p, struct cursor c, uint32_t len)
{
	show_tcp(p, c, len, &http);
}

void flt__print_smtp(struct printer *p, struct cursor c, uint32_t len)
{
	show_tcp(p, c, len, &smtp);
}

void flt__print_ftp(struct printer *p, struct cursor c, uint32_t len)
{
	show_tcp(p, c, len, &ftp);
}

void flt__print_rtsp(struct printer *p, struct cursor c, uint32_t len)
{
	show_tcp(p, c, len, &rtsp);
}

void flt__print_sip(struct printer *p, struct cursor c, uint32_t len)
{
	show(p, c, &sip, len);
}

void flt__print_whois(struct printer *p, struct cursor c, uint32_t len)
{
	show_tcp(p, c, len, &whois);
}

/* SSH tells its version in a line before it falls silent (RFC 4253, 4.2). A line that the capture
 * cuts is one when nothing in it says otherwise. */
void flt__print_ssh(struct printer *p, struct cursor c, uint32_t len)
{
	size_t begin = there(&c, 4);
	int line_len = line_length(&c);

	p->protocol = "ssh";
	if (memcmp(c.at, "SSH-", begin) != 0 || line_len < 0 ||
	    memchr(c.at, '\t', (size_t)line_len))
		return;
	if ((size_t)line_len == cur_left(&c)) {
		if (is_cut(p, &c, len))
			flt__print_cut(p);
		return;
	}
	OUT(p->out, ": SSH: ");
	out_line(p->out, c.at, (size_t)line_len);
}
