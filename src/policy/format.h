/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_FORMAT_H
#define POLICY_FORMAT_H

/*
 * What is wrong with a tag's name by the `format` of its section, as a clause
 * that does not change ("is not of the form", "has no real date"), or NULL.
 * `<topic>` stands for one character or more, `<YYYY>`, `<MM>` and `<DD>` for
 * the digits of a day that the calendar has. Linear in the name for each
 * placeholder.
 */
const char *format_problem(const char *format, const char *name);

#endif
