/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_URL_H
#define BASE_URL_H

#include <stdbool.h>

/*
 * The place that a URL names, to compare it with others: host/path, without
 * scheme, user, default port, trailing slashes and .git, and with the host in
 * lower case; or a path. git-fetch(1), GIT URLS, says what a URL is:
 * scheme://host/path, [user@]host:path, file:///path or /path. A new string;
 * "" where nothing is left.
 */
char *url_place(const char *url);

/* The URL as it may be shown: without a password or token; a new string. */
char *url_shown(const char *url);

/* Whether it names a directory of this machine. */
bool url_is_local(const char *url);

#endif
