/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha1.h"
#include "git/openpgp.h"

/* SHA-1 */

static void check_sha1(const char *text, size_t times, const char *wanted)
{
	unsigned char out[SHA1_SIZE];
	char hex[2 * SHA1_SIZE + 1];
	struct sha1 sha1;

	sha1_init(&sha1);
	for (size_t i = 0; i < times; i++)
		sha1_add(&sha1, text, strlen(text));
	sha1_finish(&sha1, out);
	for (size_t i = 0; i < SHA1_SIZE; i++)
		sprintf(hex + 2 * i, "%02x", out[i]);
	assert_string_equal(hex, wanted);
}

static void test_sha1(void **state)
{
	(void)state;
	/* FIPS 180-2, A */
	check_sha1("", 1, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
	check_sha1("abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d");
	check_sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		   1, "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
	check_sha1("a", 1000000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

/* Keys, made of packets with a header and a body of one byte or more. */

#define KEY(version)	"\x98\x02" version "k"
#define OTHER_KEY	"\x98\x02\x04o"
#define USER		"\xb4\x01u"
#define OTHER_USER	"\xcd\x01v"		/* a header in the new format */
#define SUBKEY		"\xb8\x02\x04s"
#define SIGNATURE(id)	"\x88\x03\x04\x13" id
#define TRUST		"\xb0\x01t"

/* What is written for `text`, each packet as its tag and its last byte. */
static void check_keys(const char *const *files, enum openpgp_group group,
		       const char *wanted)
{
	struct openpgp_keys keys = { 0 };
	struct buf out = BUF_INIT, got = BUF_INIT;
	struct error err;

	for (; *files; files++)
		assert_int_equal(openpgp_add(&keys, *files, strlen(*files),
					     &err), 0);
	openpgp_write(&keys, group, &out);
	for (size_t i = 0; i < out.len; i += 6 + (unsigned char)out.ptr[i + 5])
		buf_addf(&got, "%d%c ", out.ptr[i] & 0x3f,
			 out.ptr[i + 5 + (unsigned char)out.ptr[i + 5]]);
	assert_string_equal(buf_str(&got), wanted);
	buf_release(&out);
	buf_release(&got);
	openpgp_release(&keys);
}

#define CHECK(group, wanted, ...) \
	check_keys((const char *const []){ __VA_ARGS__, NULL }, group, wanted)

static void test_merging(void **state)
{
	const char a[] = KEY("\x04") SIGNATURE("1") USER SIGNATURE("2") SUBKEY
			 SIGNATURE("3");

	(void)state;
	CHECK(OPENPGP_4, "6k 21 13u 22 14s 23 ", a);
	CHECK(OPENPGP_4, "6k 21 13u 22 14s 23 ", a, a);
	CHECK(OPENPGP_4, "6k 13u ", KEY("\x04") TRUST USER TRUST);
	/* New packets of each kind, and another key in between. */
	CHECK(OPENPGP_4, "6k 21 24 13u 22 25 13v 27 14s 23 26 6o ",
	      a, OTHER_KEY, KEY("\x04") SIGNATURE("4") USER SIGNATURE("5")
	      SUBKEY SIGNATURE("6") OTHER_USER SIGNATURE("7"));
	/* The same signature on other packets is another one. */
	CHECK(OPENPGP_4, "6k 21 13u 21 ", KEY("\x04") SIGNATURE("1") USER
	      SIGNATURE("1"));
	/* User ids of two keys are not one. */
	CHECK(OPENPGP_4, "6k 13u 6o 13u ", KEY("\x04") USER OTHER_KEY USER);
}

static void test_versions(void **state)
{
	const char all[] = KEY("\x06") USER KEY("\x05") KEY("\x04") KEY("\x03");
	const char mixed[] = KEY("\x04") SIGNATURE("1") USER
			     "\x88\x03\x05\x13" "2" SIGNATURE("3")
			     "\xb8\x02\x05t" "\x88\x03\x06\x13" "4"
			     SUBKEY SIGNATURE("5");

	(void)state;
	CHECK(OPENPGP_4, "6k ", all);
	CHECK(OPENPGP_5, "6k ", all);
	CHECK(OPENPGP_OTHERS, "6k 13u 6k ", all);
	/* Subkeys and signatures of a version that some do not know. */
	CHECK(OPENPGP_4, "6k 21 13u 23 14s 25 ", mixed);
	CHECK(OPENPGP_5, "6k 21 13u 23 22 14t 14s 25 ", mixed);
	CHECK(OPENPGP_OTHERS, "", mixed);
	CHECK(OPENPGP_4, "", KEY("\x05") SUBKEY);
	CHECK(OPENPGP_5, "6k 14s ", KEY("\x05") SUBKEY);
}

/* A revocation (a version 3 signature, since it has no NUL) by a key's id. */
#define REVOCATION(id)	"\x88\x13\x03\x05\x20\1\1\1\1" id "\1\2??"
#define KEY_A_ID	"\x2d\x3b\xab\x15\x17\x78\xa9\xcc"

static void check_bad(const char *text, size_t len, const char *wanted)
{
	struct openpgp_keys keys = { 0 };
	struct error err;

	assert_int_equal(openpgp_add(&keys, text, len, &err), -1);
	assert_non_null(strstr(err.msg, wanted));
	openpgp_release(&keys);
}

static void test_damaged(void **state)
{
	const char *const texts[] = {
		"\x98", "\x98\x02", "\x98\x02k", "\x9a\x01\x01\x01\x01",
		"\x9b" "k", "\xc6\xe1k", "\xc6\xc1", "\xc6\xff\1\1\1",
		"\xc6\xff\xff\xff\xff\xff", USER, SUBKEY, KEY("\x04") "x",
		"no keys", "\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		check_bad(texts[i], strlen(texts[i]), "it is damaged");
	check_bad("\x94\x01k", 3, "a secret key");
	check_bad(KEY("\x04") "\x9c\x01k", 7, "a secret key");
	check_bad("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n", 43,
		  "a key block in it is damaged");
	CHECK(OPENPGP_4, "", "");
	CHECK(OPENPGP_4, "", SIGNATURE("1"));
}

/* A user id of 200 bytes: a length of two bytes in the new format. */
static void test_long_packet(void **state)
{
	struct openpgp_keys keys = { 0 };
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct error err;

	(void)state;
	buf_addstr(&text, KEY("\x04") "\xcd\xc0\x08");
	for (int i = 0; i < 200; i++)
		buf_addch(&text, 'u');
	check_bad(text.ptr, text.len - 1, "it is damaged");
	assert_int_equal(openpgp_add(&keys, text.ptr, text.len, &err), 0);
	openpgp_write(&keys, OPENPGP_4, &out);
	/* Two headers of six bytes, two bytes of the key, and the user id. */
	assert_int_equal(out.len, 6 + 2 + 6 + 200);
	buf_release(&text);
	buf_release(&out);
	openpgp_release(&keys);
}

/* Blobs of a keybox: their length, type, and where in them the key is. */
static void test_damaged_keybox(void **state)
{
	static const char header[] = "\0\0\0\x20\1\1\0\0KBXf"
		"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
	static const struct {
		const char *text;
		size_t len;
	} blobs[] = {
		{ "\0\0\0", 3 },
		{ "\0\0\0\x0f\2\1\0\0\0\0\0\0\0\0\0\0", 16 },
		{ "\0\0\0\x11\2\1\0\0\0\0\0\0\0\0\0\0", 16 },
		{ "\0\0\0\x10\2\1\0\0\0\0\0\x11\0\0\0\0", 16 },
		{ "\0\0\0\x10\2\1\0\0\0\0\0\x10\0\0\0\1", 16 },
		{ "\0\0\0\x11\2\1\0\0\0\0\0\x10\0\0\0\1\x98", 17 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(blobs); i++) {
		struct buf text = BUF_INIT;

		buf_add(&text, header, 32);
		buf_add(&text, blobs[i].text, blobs[i].len);
		check_bad(text.ptr, text.len, "it is damaged");
		buf_release(&text);
	}
}

static const char key_a[] =
	"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n"
	"mDMEawGwGRYJKwYBBAHaRw8BAQdASxpvj7Qeb7NRJq0QhkRyPsA9fr9U0sCt1cNa\n"
	"+tdmYle0B0EgPGFAeD6IkAQTFggAOBYhBPaKz2xvl/amUreQ/S07qxUXeKnMBQJr\n"
	"AbAZAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJEC07qxUXeKnMLbcBAMJ4\n"
	"vyX+yHHdxzDt73pmKVw4N74VMMM9FNxhA43G2WOAAQDK4g1nE0SOwHQlm+4Pmfrw\n"
	"Xg2Xc3Z/rBAGBxfzVqRDBQ==\n"
	"-----END PGP PUBLIC KEY BLOCK-----\n";

static void test_fingerprints(void **state)
{
	struct openpgp_keys keys = { 0 };
	struct error err;

	(void)state;
	assert_int_equal(openpgp_add(&keys, key_a, strlen(key_a), &err), 0);
	assert_true(openpgp_has(&keys, "F68ACF6C6F97F6A652B790FD2D3BAB151778A9CC"));
	assert_true(openpgp_has(&keys, "f68acf6c6f97f6a652b790fd2d3bab151778a9cc"));
	assert_false(openpgp_has(&keys, "F68ACF6C6F97F6A652B790FD2D3BAB151778A9CD"));
	assert_false(openpgp_has(&keys, "2D3BAB151778A9CC"));
	openpgp_release(&keys);
}

/* The packets that a key has besides its two usual ones. */
static size_t count_more(const char *const *files)
{
	struct openpgp_keys keys = { 0 };
	struct buf out = BUF_INIT;
	struct error err;
	size_t n = 0;

	for (; *files; files++)
		assert_int_equal(openpgp_add(&keys, *files, strlen(*files),
					     &err), 0);
	openpgp_write(&keys, OPENPGP_4, &out);
	for (size_t i = 0; i < out.len; i += 6 + (unsigned char)out.ptr[i + 5])
		n++;
	buf_release(&out);
	openpgp_release(&keys);
	return n - 3;
}

#define MORE(...) count_more((const char *const []){ __VA_ARGS__, NULL })

static void test_loose_revocations(void **state)
{
	(void)state;
	assert_int_equal(MORE(key_a), 0);
	assert_int_equal(MORE(key_a, REVOCATION(KEY_A_ID)), 1);
	assert_int_equal(MORE(REVOCATION(KEY_A_ID), key_a), 1);
	assert_int_equal(MORE(REVOCATION(KEY_A_ID), key_a,
			      REVOCATION(KEY_A_ID)), 1);
	assert_int_equal(MORE(key_a, REVOCATION("\x2d\x3b\xab\x15\x17\x78\xa9"
						"\xcd")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha1),
		cmocka_unit_test(test_merging),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_long_packet),
		cmocka_unit_test(test_damaged_keybox),
		cmocka_unit_test(test_fingerprints),
		cmocka_unit_test(test_loose_revocations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
