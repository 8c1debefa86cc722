/* SPDX-License-Identifier: BSD-2-Clause */
/* The list that people choose from, and the device they chose. */
#include "netlink.h"

#include <limits.h>
#include <stdbool.h>
#include <linux/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "suggest.h"

#define NAME_SHOWN 40 /* bytes of a foreign name in a message */

/* The groups, in the order in which people want them offered. */
enum { GROUP_RUNNING, GROUP_ANY, GROUP_LOOPBACK, GROUP_NOT_RUNNING, GROUP_DOWN };

static uint32_t group_of(const struct flt_interface *pub)
{
	if (pub->flags & FLT_IF_ANY)
		return GROUP_ANY;
	if (!(pub->flags & FLT_IF_UP))
		return GROUP_DOWN;
	if (!(pub->flags & FLT_IF_RUNNING))
		return GROUP_NOT_RUNNING;
	return pub->flags & FLT_IF_LOOPBACK ? GROUP_LOOPBACK : GROUP_RUNNING;
}

static int by_group(const void *left, const void *right)
{
	const struct link *a = left, *b = right;

	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return (a->pub.index > b->pub.index) - (a->pub.index < b->pub.index);
}

static void make_any(struct link *any, const struct link_list *list)
{
	memset(any, 0, sizeof(*any));
	snprintf(any->pub.name, sizeof(any->pub.name), "any");
	snprintf(any->pub.description, sizeof(any->pub.description), "all interfaces");
	any->pub.flags = FLT_IF_ANY | FLT_IF_UP | FLT_IF_RUNNING | FLT_IF_COOKED;
	any->pub.linktype = FLT_LINKTYPE_LINUX_SLL2;
	any->pub.hatype = ARPHRD_VOID;
	for (uint32_t i = 0; i < list->count; i++)
		if (list->links[i].largest > any->largest)
			any->largest = list->links[i].largest;
}

/* The kernel keeps no slash in a name, so that the path stays inside the folder. */
static bool is_wireless(const char *name)
{
	char path[96];

	snprintf(path, sizeof(path), "/sys/class/net/%s/phy80211", name);
	return access(path, F_OK) == 0;
}

static void describe(struct flt_interface *pub)
{
	if (is_wireless(pub->name))
		pub->flags |= FLT_IF_WIRELESS;
	if (!pub->description[0] && pub->flags & FLT_IF_LOOPBACK)
		snprintf(pub->description, sizeof(pub->description), "loopback");
}

int flt_interfaces(struct flt_interface *list, uint32_t max, struct flt_error *err)
{
	struct link_list found;
	struct link any;

	flt__error_clear(err);
	if (!list && max)
		return flt__fail(err, FLT_E_ARGUMENT,
				 "flt_interfaces: list is NULL, but max is not 0");
	int code = flt__links_read(&found, err);
	if (code != FLT_OK)
		return code;
	make_any(&any, &found);
	for (uint32_t i = 0; i < found.count; i++)
		found.links[i].order = group_of(&found.links[i].pub);
	if (found.count)
		qsort(found.links, found.count, sizeof(found.links[0]), by_group);
	uint32_t before_any = 0;
	while (before_any < found.count && found.links[before_any].order < GROUP_ANY)
		before_any++;
	for (uint32_t row = 0; row < max && row <= found.count; row++) {
		const struct link *link =
			row == before_any ? &any : &found.links[row - (row > before_any)];
		list[row] = link->pub;
		describe(&list[row]);
	}
	uint32_t count = found.count + 1;
	flt__links_free(&found);
	return count > INT_MAX ? INT_MAX : (int)count;
}

/* ---- one device ----------------------------------------------------------------------------- */

static struct suggestion near_devices(const struct link_list *list, const char *name)
{
	struct nearest near;

	flt__nearest_begin(&near, name, strlen(name));
	for (uint32_t i = 0; i < list->count; i++)
		flt__nearest_try_bytes(&near, list->links[i].pub.name,
				       strlen(list->links[i].pub.name));
	flt__nearest_try(&near, "any");
	return flt__nearest_text(&near);
}

/* Names come from people and scripts: show them short and without control characters. */
static void show_name(char *out, const char *name)
{
	size_t len = strnlen(name, NAME_SHOWN);

	for (size_t i = 0; i < len; i++)
		out[i] = (unsigned char)name[i] < ' ' || name[i] == 127 ? '?' : name[i];
	/* Do not end inside a UTF-8 sequence. */
	while (name[len] && len > 0 && ((unsigned char)name[len] & 0xc0) == 0x80)
		len--;
	out[len] = '\0';
}

static int no_device(const struct link_list *list, const char *name, struct flt_error *err)
{
	char shown[NAME_SHOWN + 1];
	struct suggestion near = near_devices(list, name);

	show_name(shown, name);
	return flt__fail(err, FLT_E_DEVICE, "there is no interface '%s'%s", shown, near.text);
}

int flt__link_find(struct link *found, const char *name, struct flt_error *err)
{
	struct link_list list;
	const struct link *link = NULL;
	int code = flt__links_read(&list, err);

	if (code != FLT_OK)
		return code;
	for (uint32_t i = 0; i < list.count && !link; i++)
		if (strcmp(list.links[i].pub.name, name) == 0)
			link = &list.links[i];
	if (link)
		*found = *link;
	else if (strcmp(name, "any") == 0)
		make_any(found, &list);
	else
		code = no_device(&list, name, err);
	flt__links_free(&list);
	return code;
}
