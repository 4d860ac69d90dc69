/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/url.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

/* Ports that a URL of that scheme need not name. */
static const struct {
	const char *scheme, *port;
} default_ports[] = {
	{ "ssh://", ":22" },
	{ "git+ssh://", ":22" },
	{ "ssh+git://", ":22" },
	{ "git://", ":9418" },
	{ "http://", ":80" },
	{ "https://", ":443" },
};

bool url_is_local(const char *url)
{
	const char *colon = strchr(url, ':'), *slash = strchr(url, '/');

	if (strstr(url, "://"))
		return text_starts_with(url, "file://");
	return !colon || (slash && slash < colon);
}

/* The length of the host, without a port that goes without saying. */
static size_t host_length(const char *url, const char *host, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(default_ports); i++) {
		size_t n = strlen(default_ports[i].port);

		if (text_starts_with(url, default_ports[i].scheme) && len > n &&
		    !memcmp(host + len - n, default_ports[i].port, n))
			return len - n;
	}
	return len;
}

/* Appends the host; gives what follows it. */
static const char *put_host(const char *url, struct buf *place)
{
	const char *scheme = strstr(url, "://");
	const char *p = scheme ? scheme + 3 : url;
	size_t len = strcspn(p, scheme ? "/" : ":");
	const char *rest = p + len, *at = memrchr(p, '@', len);

	p = at ? at + 1 : p;
	len = host_length(url, p, (size_t)(rest - p));
	for (size_t i = 0; i < len; i++)
		buf_addch(place, (char)tolower((unsigned char)p[i]));
	return scheme ? rest : rest + 1;
}

/* Appends the path, with single slashes, after a slash if there is a host. */
static void put_path(const char *path, struct buf *place)
{
	if (place->len)
		buf_addch(place, '/');
	for (; *path; path++)
		if (*path != '/' || !place->len ||
		    place->ptr[place->len - 1] != '/')
			buf_addch(place, *path);
}

static void strip(struct buf *place, char c)
{
	while (place->len && place->ptr[place->len - 1] == c)
		place->ptr[--place->len] = '\0';
}

char *url_place(const char *url)
{
	struct buf place = BUF_INIT;

	if (text_starts_with(url, "file://"))
		put_path(url + strlen("file://"), &place);
	else if (url_is_local(url))
		put_path(url, &place);
	else
		put_path(put_host(url, &place), &place);
	strip(&place, '/');
	if (text_ends_with(buf_str(&place), ".git")) {
		place.ptr[place.len -= 4] = '\0';
		strip(&place, '/');
	}
	return buf_detach(&place);
}

char *url_shown(const char *url)
{
	const char *scheme = strstr(url, "://");
	const char *host = scheme ? scheme + 3 : url;
	const char *at = memrchr(host, '@', strcspn(host, "/"));

	if (!scheme || !at || text_starts_with(url, "ssh"))
		return xstrdup(url);
	return xasprintf("%.*s%s", (int)(host - url), url, at + 1);
}
