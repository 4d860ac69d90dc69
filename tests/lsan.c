/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Settings of LeakSanitizer, linked into each program that is built with it: in
 * the sandbox of a hook it could not read a file of them.
 */

__attribute__((visibility("default"), no_sanitize("address")))
const char *__lsan_default_options(void);
__attribute__((visibility("default"), no_sanitize("address")))
const char *__lsan_default_suppressions(void);

const char *__lsan_default_options(void)
{
	return "print_suppressions=0";
}

/*
 * libgit2 1.5 does not free what PCRE2 gives it for each config entry that it
 * looks at when a repository has extensions.
 */
const char *__lsan_default_suppressions(void)
{
	return "leak:libpcre2-8.so\n";
}
