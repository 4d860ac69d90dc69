/* SPDX-License-Identifier: GPL-2.0-only */

/* What starting any program costs. */
int main(void)
{
	return 0;
}
