/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_FORMAT_H
#define POLICY_FORMAT_H

/*
 * Checks a tag's name against the `format` of its section. Returns a static
 * clause ("is not of the form", "has no real date"), or NULL when it fits.
 * `<topic>` stands for one character or more; `<YYYY>`, `<MM>` and `<DD>` for
 * the digits of a day that exists in the calendar. Linear in the name for each
 * placeholder.
 */
const char *format_problem(const char *format, const char *name);

#endif
