/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/armor.h"
#include "git/mergetag.h"
#include "git/signature.h"

#define HEAD								\
	"object 0123456789012345678901234567890123456789\n"		\
	"type commit\ntag v1\ntagger A <a@b> 1 +0000\n\nText\n"
#define PGP								\
	"-----BEGIN PGP SIGNATURE-----\n\nAAAA\n=AAAA\n"		\
	"-----END PGP SIGNATURE-----\n"
/* Made by ssh-keygen -Y sign -n git. */
#define SSH_KEY								\
	"AAAAC3NzaC1lZDI1NTE5AAAAID7AzsPUsqMpkA7Kx7EZwpCN2gOFEIDmZZtYQc" \
	"oVkI9s"
#define SSH								\
	"-----BEGIN SSH SIGNATURE-----\n"				\
	"U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgPsDOw9SyoymQDsrHsR"	\
	"nCkI3aA4\n"							\
	"UQgOZlm1hByhWQj2wAAAADZ2l0AAAAAAAAAAZzaGE1MTIAAABTAAAAC3NzaC1l"	\
	"ZDI1NTE5\n"							\
	"AAAAQK735rkU8IVgAjGgv6WJY/syqXJadg7oskvu8v+zMtIEHevO4WJRaZUCpD"	\
	"GyWvzGJm\n"							\
	"B5LEAe/I2eOEkcz5lsbg8=\n-----END SSH SIGNATURE-----\n"

/* Base64 and armor */

static void check_base64(const char *text, const char *wanted)
{
	struct buf out = BUF_INIT;
	bool good = base64_decode(text, strlen(text), &out);

	assert_int_equal(good, wanted != NULL);
	if (wanted) {
		assert_int_equal(out.len, strlen(wanted));
		assert_string_equal(buf_str(&out), wanted);
	}
	buf_release(&out);
}

static void test_base64(void **state)
{
	(void)state;
	/* RFC 4648, 10 */
	check_base64("", "");
	check_base64("Zg==", "f");
	check_base64("Zm8=", "fo");
	check_base64("Zm9v", "foo");
	check_base64("Zm9vYmFy", "foobar");
	check_base64("Pz8+Pz8/", "\?\?>\?\?\?");
	check_base64("Zg", NULL);
	check_base64("Zg=", NULL);
	check_base64("Z===", NULL);
	check_base64("Zg==Zg==", NULL);
	check_base64("Zm9v\n", NULL);
	check_base64("Zm-v", NULL);
}

static void check_armor(const char *text, int blocks, const char *bytes)
{
	struct buf out = BUF_INIT;

	assert_int_equal(armor_decode("A KEY", text, strlen(text), &out),
			 blocks);
	if (bytes)
		assert_string_equal(buf_str(&out), bytes);
	buf_release(&out);
}

static void test_armor(void **state)
{
	(void)state;
	check_armor("", 0, "");
	check_armor("nothing\n", 0, "");
	check_armor("-----BEGIN A KEY-----\n\nZm9v\nYmFy\n=abcd\n"
		    "-----END A KEY-----\n", 1, "foobar");
	check_armor("-----BEGIN A KEY-----\r\nComment: x\r\n\r\nZm9v\r\n"
		    "-----END A KEY-----\r\n", 1, "foo");
	check_armor("x\n-----BEGIN A KEY-----\nZm9v\n-----END A KEY-----\ny\n"
		    "-----BEGIN A KEY-----\nYmFy\n-----END A KEY-----", 2,
		    "foobar");
	check_armor("-----BEGIN ANOTHER-----\nZm9v\n-----END ANOTHER-----\n",
		    0, "");
	check_armor("-----BEGIN A KEY-----\nZm9v\n", -1, NULL);
	check_armor("-----BEGIN A KEY-----\nZm9\n-----END A KEY-----\n", -1,
		    NULL);
	check_armor("-----BEGIN A KEY-----\nZ*9v\n-----END A KEY-----\n", -1,
		    NULL);
}

/* Where the signature starts */

static void check_split(const char *raw, enum signature_format format,
			size_t payload)
{
	struct signature s;

	signature_split(&s, raw, strlen(raw));
	if (s.format != format || s.payload_len != payload)
		fail_msg("format %d, payload of %zu bytes: '%s'", s.format,
			 s.payload_len, raw);
	if (format != SIGNATURE_NONE) {
		assert_ptr_equal(s.text, raw + payload);
		assert_int_equal(s.len, strlen(raw) - payload);
	}
}

static void test_split(void **state)
{
	const size_t n = strlen(HEAD);

	(void)state;
	check_split("", SIGNATURE_NONE, 0);
	check_split(HEAD, SIGNATURE_NONE, n);
	check_split(HEAD " -----BEGIN PGP SIGNATURE-----\n", SIGNATURE_NONE,
		    n + 31);
	check_split(HEAD PGP, SIGNATURE_OPENPGP, n);
	check_split(HEAD SSH, SIGNATURE_SSH, n);
	check_split(HEAD "-----BEGIN SIGNED MESSAGE-----\nAAAA\n"
		    "-----END SIGNED MESSAGE-----\n", SIGNATURE_X509, n);
	check_split(HEAD "-----BEGIN PGP MESSAGE-----\nAAAA\n"
		    "-----END PGP MESSAGE-----\n", SIGNATURE_UNCLEAR, n);
}

static void test_split_unclear(void **state)
{
	const size_t n = strlen(HEAD);

	(void)state;
	check_split(HEAD PGP PGP, SIGNATURE_UNCLEAR, n);
	check_split(HEAD PGP SSH, SIGNATURE_UNCLEAR, n);
	check_split(HEAD SSH PGP, SIGNATURE_UNCLEAR, n);
	check_split(HEAD PGP "More\n", SIGNATURE_UNCLEAR, n);
	check_split(HEAD PGP "\n", SIGNATURE_UNCLEAR, n);
	check_split(HEAD SSH "-----END SSH SIGNATURE-----\n",
		    SIGNATURE_UNCLEAR, n);
	check_split(HEAD "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n",
		    SIGNATURE_UNCLEAR, n);
	check_split(HEAD "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n"
		    "-----END PGP SIGNATURE-----x", SIGNATURE_UNCLEAR, n);
	check_split(HEAD "-----BEGIN SSH SIGNATURE-----\nAAAA\n"
		    "-----END PGP SIGNATURE-----\n", SIGNATURE_UNCLEAR, n);
}

/* What an SSH signature claims */

static bool claim(const char *raw, struct buf *key, struct buf *name_space)
{
	struct signature s;

	signature_split(&s, raw, strlen(raw));
	assert_int_equal(s.format, SIGNATURE_SSH);
	return signature_ssh_claim(&s, key, name_space);
}

static void test_ssh_claim(void **state)
{
	struct buf key = BUF_INIT, name_space = BUF_INIT;

	(void)state;
	assert_true(claim(HEAD SSH, &key, &name_space));
	assert_string_equal(buf_str(&name_space), "git");
	assert_true(ssh_key_is("ssh-ed25519 " SSH_KEY, &key));
	assert_true(ssh_key_is("ssh-ed25519  " SSH_KEY " a comment", &key));
	assert_false(ssh_key_is("ssh-ed25519", &key));
	assert_false(ssh_key_is("ssh-ed25519 ", &key));
	assert_false(ssh_key_is("ssh-ed25519 AAAA", &key));
	assert_false(ssh_key_is("ssh-ed25519 " SSH_KEY "AAAA", &key));
	buf_release(&key);
	buf_release(&name_space);
}

static void test_ssh_no_claim(void **state)
{
	static const char *const blobs[] = {
		"", "AAAA", "U1NIU0lH", "U1NIU0lHAAAAAQ==",
		"U1NIU0lHAAAAAgAAAAFBAAAAAUI=",	/* version 2 */
		"U1NIU0lHAAAAAf////9BAAAAAUI=",	/* a length that lies */
		"U1NIU0lHAAAAAQAAAAFBAAAAAkI=",
		"U1NIU0lHAAAAAQAAAAAAAAABQg==",	/* an empty key */
		"*",
	};
	struct buf key = BUF_INIT, name_space = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(blobs); i++) {
		char *raw = xasprintf("-----BEGIN SSH SIGNATURE-----\n%s\n"
				      "-----END SSH SIGNATURE-----\n",
				      blobs[i]);

		if (claim(raw, &key, &name_space))
			fail_msg("'%s' claims something", blobs[i]);
		free(raw);
	}
	buf_release(&key);
	buf_release(&name_space);
}

/* Merge tags */

static void on_tag(void *ctx, const char *tag, size_t len)
{
	buf_addch(ctx, '[');
	buf_add(ctx, tag, len);
	buf_addch(ctx, ']');
}

static void check_mergetags(const char *raw, const char *wanted)
{
	struct buf out = BUF_INIT;

	mergetags_each(raw, strlen(raw), on_tag, &out);
	assert_string_equal(buf_str(&out), wanted);
	buf_release(&out);
}

static void test_mergetags(void **state)
{
	(void)state;
	check_mergetags("", "");
	check_mergetags("tree x\nparent y\n\nmergetag object 1\n", "");
	check_mergetags("tree x\nmergetag object 1\n type commit\n \n"
			"  indented\nauthor z\n\ntext\n",
			"[object 1\ntype commit\n\n indented\n]");
	check_mergetags("tree x\nmergetag a\n b\nmergetag c\n d\n"
			"gpgsig e\n f\nmergetag g\n\n", "[a\nb\n][c\nd\n][g\n]");
	check_mergetags("tree x\nauthor y\n mergetag a\n\n", "");
	check_mergetags("tree x\nmergetags a\n\n", "");
	check_mergetags("mergetag a", "[a]");
	check_mergetags("mergetag a\n b", "[a\nb]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_armor),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_split_unclear),
		cmocka_unit_test(test_ssh_claim),
		cmocka_unit_test(test_ssh_no_claim),
		cmocka_unit_test(test_mergetags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
