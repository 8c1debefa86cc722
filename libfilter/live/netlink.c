/* SPDX-License-Identifier: BSD-2-Clause */
/* Two dumps over a route netlink socket: links, then addresses. Messages are read through a
 * cursor. */
#include "netlink.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bytes.h"
#include "diag.h"
#include "link.h"

#define DUMP_BYTES     (64u * 1024) /* the kernel fills at most 32 KiB a datagram */
#define DUMP_TRIES     4            /* the list changed while it was read: read again */
#define ATTR_TYPE_MASK 0x3fffu      /* two bits above are flags */

/* Newer than some installed headers; the numbers are the kernel's for good. */
#define ATTR_GSO_MAX_SIZE      41u
#define ATTR_GRO_MAX_SIZE      58u
#define ATTR_GSO_IPV4_MAX_SIZE 63u
#define ATTR_GRO_IPV4_MAX_SIZE 64u

/* ---- messages ------------------------------------------------------------------------------- */

/* Netlink speaks the machine's byte order. */
static uint16_t cur_host16(struct cursor *c)
{
	uint16_t v = 0;
	const uint8_t *b = cur_take(c, sizeof(v));

	if (b)
		memcpy(&v, b, sizeof(v));
	return v;
}

static uint32_t cur_host32(struct cursor *c)
{
	uint32_t v = 0;
	const uint8_t *b = cur_take(c, sizeof(v));

	if (b)
		memcpy(&v, b, sizeof(v));
	return v;
}

struct attr {
	uint16_t type;
	struct cursor body;
};

static bool next_attr(struct cursor *c, struct attr *attr)
{
	uint16_t len = cur_host16(c);

	attr->type = cur_host16(c) & ATTR_TYPE_MASK;
	if (c->cut || len < 4)
		return false;
	attr->body = cur_sub(c, len - 4u);
	if (attr->body.cut)
		return false;
	size_t pad = (4u - len % 4u) % 4u;
	cur_sub(c, pad <= cur_left(c) ? pad : cur_left(c));
	return true;
}

static void take_text(char *out, size_t room, const struct attr *attr)
{
	size_t len = strnlen((const char *)attr->body.at, cur_left(&attr->body));

	len = len < room - 1 ? len : room - 1;
	memcpy(out, attr->body.at, len);
	out[len] = '\0';
}

static struct link *new_link(struct link_list *list)
{
	if (list->count == list->room) {
		uint32_t room = list->room ? list->room * 2 : 16;
		struct link *links = realloc(list->links, room * sizeof(*links));
		if (!links)
			return NULL;
		list->links = links;
		list->room = room;
	}
	struct link *link = &list->links[list->count++];
	memset(link, 0, sizeof(*link));
	return link;
}

static uint32_t link_flags(uint32_t iff, uint32_t linktype)
{
	return (iff & IFF_UP ? FLT_IF_UP : 0) | (iff & IFF_RUNNING ? FLT_IF_RUNNING : 0) |
	       (iff & IFF_LOOPBACK ? FLT_IF_LOOPBACK : 0) |
	       (linktype == FLT_LINKTYPE_LINUX_SLL2 ? FLT_IF_COOKED : 0);
}

static void take_link_attr(struct link *link, struct attr *attr)
{
	uint32_t size = 0;

	switch (attr->type) {
	case IFLA_IFNAME: take_text(link->pub.name, sizeof(link->pub.name), attr); break;
	case IFLA_IFALIAS:
		take_text(link->pub.description, sizeof(link->pub.description), attr);
		break;
	case IFLA_MTU: link->pub.mtu = size = cur_host32(&attr->body); break;
	case ATTR_GSO_MAX_SIZE:
	case ATTR_GRO_MAX_SIZE:
	case ATTR_GSO_IPV4_MAX_SIZE:
	case ATTR_GRO_IPV4_MAX_SIZE: size = cur_host32(&attr->body); break;
	default: break;
	}
	if (size > link->largest)
		link->largest = size;
}

/* struct ifinfomsg, then attributes */
static int take_link(struct link_list *list, struct cursor *c, struct flt_error *err)
{
	struct link *link = new_link(list);
	struct attr attr;

	if (!link)
		return flt__fail(err, FLT_E_NOMEM, "no memory for the list of interfaces");
	cur_skip(c, 2);
	link->pub.hatype = cur_host16(c);
	link->pub.index = cur_host32(c);
	uint32_t iff = cur_host32(c);
	cur_skip(c, 4);
	link->pub.linktype = flt__link_from_hatype(link->pub.hatype);
	link->pub.flags = link_flags(iff, link->pub.linktype);
	while (next_attr(c, &attr))
		take_link_attr(link, &attr);
	return FLT_OK;
}

static struct link *link_by_index(struct link_list *list, uint32_t index)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (list->links[i].pub.index == index)
			return &list->links[i];
	return NULL;
}

static void add_address(struct flt_interface *pub, const struct flt_address *address,
			uint32_t prefix)
{
	if (address->family == 4 && pub->netmask == 0 && prefix <= 32)
		pub->netmask = prefix ? 0xffffffffu << (32 - prefix) : 0;
	if (pub->address_count < FLT_IF_ADDRESSES)
		pub->addresses[pub->address_count] = *address;
	pub->address_count++;
}

/* struct ifaddrmsg, then attributes; IFA_LOCAL is ours where IFA_ADDRESS is the other end's */
static int take_address(struct link_list *list, struct cursor *c, struct flt_error *err)
{
	uint8_t family = cur_u8(c);
	uint32_t prefix = cur_u8(c);
	size_t len = family == AF_INET ? 4 : 16;
	struct flt_address address = { .family = family == AF_INET ? 4 : 6 };
	bool local = false, any = false;
	struct attr attr;

	(void)err;
	cur_skip(c, 2);
	struct link *link = link_by_index(list, cur_host32(c));
	if (!link || (family != AF_INET && family != AF_INET6))
		return FLT_OK;
	while (next_attr(c, &attr)) {
		if (attr.type != IFA_LOCAL && (attr.type != IFA_ADDRESS || local))
			continue;
		const uint8_t *bytes = cur_take(&attr.body, len);
		if (!bytes)
			continue;
		memcpy(address.bytes, bytes, len);
		local = attr.type == IFA_LOCAL;
		any = true;
	}
	if (any)
		add_address(&link->pub, &address, prefix);
	return FLT_OK;
}

/* ---- dumps ---------------------------------------------------------------------------------- */

struct dump {
	uint16_t request; /* RTM_GET* */
	uint16_t answer;  /* RTM_NEW* */
	int (*take)(struct link_list *list, struct cursor *c, struct flt_error *err);
	const char *what;
};

static const struct dump dumps[] = {
	{ RTM_GETLINK, RTM_NEWLINK, take_link, "interfaces" },
	{ RTM_GETADDR, RTM_NEWADDR, take_address, "addresses" },
};

static int send_request(int fd, const struct dump *dump, struct flt_error *err)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg body; /* all zero; an ifaddrmsg of zeros is its beginning */
	} request;

	memset(&request, 0, sizeof(request));
	request.head.nlmsg_len = sizeof(request);
	request.head.nlmsg_type = dump->request;
	request.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	if (send(fd, &request, sizeof(request), 0) < 0)
		return flt__fail_sys(err, FLT_E_SYSTEM, errno, "cannot ask the kernel for its %s",
				     dump->what);
	return FLT_OK;
}

/* 1: there is more to come, 0: that was all, or an error. *changed: the list is not one
 * moment's. */
static int take_messages(struct link_list *list, const struct dump *dump, struct cursor *c,
			 bool *changed, struct flt_error *err)
{
	while (cur_left(c) >= sizeof(struct nlmsghdr)) {
		uint32_t len = cur_host32(c);
		uint16_t type = cur_host16(c);
		uint16_t flags = cur_host16(c);
		cur_skip(c, 8);
		if (len < sizeof(struct nlmsghdr))
			return flt__fail(err, FLT_E_SYSTEM,
					 "the kernel sent a netlink message of only %u bytes", len);
		struct cursor body = cur_sub(c, len - sizeof(struct nlmsghdr));
		cur_sub(c, cur_left(c) < (4 - len % 4) % 4 ? cur_left(c) : (4 - len % 4) % 4);
		*changed = *changed || (flags & NLM_F_DUMP_INTR);
		if (type == NLMSG_DONE)
			return 0;
		if (type == NLMSG_ERROR)
			return flt__fail_sys(err, FLT_E_SYSTEM, -(int)cur_host32(&body),
					     "cannot list the %s", dump->what);
		int code = type == dump->answer ? dump->take(list, &body, err) : FLT_OK;
		if (code != FLT_OK)
			return code;
	}
	return 1;
}

static int run_dump(struct link_list *list, int fd, const struct dump *dump, uint8_t *buf,
		    bool *changed, struct flt_error *err)
{
	int more = send_request(fd, dump, err);

	if (more < 0)
		return more;
	do {
		ssize_t got = recv(fd, buf, DUMP_BYTES, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return flt__fail_sys(err, FLT_E_SYSTEM, errno, "cannot list the %s",
					     dump->what);
		struct cursor c = cur_make(buf, (size_t)got);
		more = take_messages(list, dump, &c, changed, err);
		if (more <= 0)
			return more;
	} while (true);
}

static int run_dumps(struct link_list *list, int fd, uint8_t *buf, struct flt_error *err)
{
	int code = FLT_OK;
	bool changed = true;

	for (int try = 0; code == FLT_OK && changed && try < DUMP_TRIES; try++) {
		changed = false;
		list->count = 0;
		for (size_t i = 0; code == FLT_OK && i < sizeof(dumps) / sizeof(dumps[0]); i++)
			code = run_dump(list, fd, &dumps[i], buf, &changed, err);
	}
	return code;
}

int flt__links_read(struct link_list *list, struct flt_error *err)
{
	memset(list, 0, sizeof(*list));
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		return flt__fail_sys(err, FLT_E_SYSTEM, errno, "cannot list the interfaces");
	uint8_t *buf = malloc(DUMP_BYTES);
	int code = buf ? run_dumps(list, fd, buf, err) : flt__fail(err, FLT_E_NOMEM, "no memory");
	free(buf);
	close(fd);
	if (code != FLT_OK)
		flt__links_free(list);
	return code;
}

void flt__links_free(struct link_list *list)
{
	free(list->links);
	memset(list, 0, sizeof(*list));
}
