/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/openpgp.h"

#include <stdlib.h>
#include <string.h>

#include "base/armor.h"
#include "base/be.h"
#include "base/mem.h"
#include "base/sha1.h"

/* Kinds of packets (RFC 4880, 4.3). */
enum {
	TAG_SIGNATURE = 2,
	TAG_SECRET_KEY = 5,
	TAG_KEY = 6,
	TAG_SECRET_SUBKEY = 7,
	TAG_USER_ID = 13,
	TAG_SUBKEY = 14,
	TAG_ATTRIBUTE = 17,
};

enum {
	KEY_REVOCATION = 0x20,		/* a class of signatures */
	SUBPACKET_ISSUER = 16,
	KEY_ID = 8,			/* bytes: the fingerprint's last ones */
};

struct packet {
	int tag;
	const unsigned char *body;
	size_t len;
};

/* Packets as bytes, each with a header. */
struct openpgp_packets {
	struct buf *v;
	size_t n, cap;
};

/* A key, user id or subkey, with the signatures that follow it. */
struct part {
	int tag;
	enum openpgp_group group;	/* of a key or subkey */
	struct oid name;		/* see name_part() */
	struct buf packet;
	struct buf signatures[OPENPGP_GROUPS];
};

struct openpgp_key {
	struct part *parts;		/* the primary key is the first */
	size_t n, cap;
};

/* Packets */

/* The length in a header: `n` bytes, big-endian. */
static bool take_length(const unsigned char **p, const unsigned char *end,
			size_t n, size_t *len)
{
	if ((size_t)(end - *p) < n)
		return false;
	*len = 0;
	for (; n; n--)
		*len = *len << 8 | *(*p)++;
	return true;
}

/* Of a packet in the new format. Partial lengths are not for keys. */
static bool take_new_length(const unsigned char **p, const unsigned char *end,
			    size_t *len)
{
	if (!take_length(p, end, 1, len))
		return false;
	if (*len < 192)
		return true;
	if (*len == 255)
		return take_length(p, end, 4, len);
	if (*len >= 224 || *p == end)
		return false;
	*len = ((*len - 192) << 8) + *(*p)++ + 192;
	return true;
}

static bool take_packet(const unsigned char **p, const unsigned char *end,
			struct packet *packet)
{
	unsigned int first = *(*p)++;
	bool is_new = first & 0x40;
	bool is_good;

	packet->tag = is_new ? first & 0x3f : first >> 2 & 0x0f;
	if (!(first & 0x80) || (!is_new && (first & 3) == 3))
		return false;
	is_good = is_new ? take_new_length(p, end, &packet->len) :
			   take_length(p, end, (size_t)1 << (first & 3),
				       &packet->len);
	if (!is_good || packet->len > (size_t)(end - *p))
		return false;
	packet->body = *p;
	*p += packet->len;
	return true;
}

/* Appends it with a header in the new format, and a length of five bytes. */
static void put_packet(struct buf *out, const struct packet *packet)
{
	uint32_t len = htobe32((uint32_t)packet->len);

	buf_addch(out, (char)(0xc0 | packet->tag));
	buf_addch(out, (char)0xff);
	buf_add(out, &len, sizeof(len));
	buf_add(out, packet->body, packet->len);
}

/* The group whose readers know packets of that kind and version. */
static enum openpgp_group group_of(const struct packet *packet)
{
	int version = packet->len ? packet->body[0] : 0;

	switch (packet->tag) {
	case TAG_USER_ID:
	case TAG_ATTRIBUTE:
		return OPENPGP_4;
	case TAG_SIGNATURE:
		if (version == 3)
			return OPENPGP_4;
		break;
	default:
		break;
	}
	return version == 4 ? OPENPGP_4 : version == 5 ? OPENPGP_5 :
	       OPENPGP_OTHERS;
}

/* Signatures */

static int signature_class(const struct packet *packet)
{
	size_t at = packet->len && packet->body[0] < 4 ? 2 : 1;

	return packet->len > at ? packet->body[at] : -1;
}

/* The issuer among subpackets, or NULL. */
static const unsigned char *find_issuer(const unsigned char *p,
					const unsigned char *end)
{
	size_t len;

	while (p < end) {
		if (*p < 255 && *p >= 192 && end - p > 1) {
			len = (((size_t)*p - 192) << 8) + p[1] + 192;
			p += 2;
		} else if (!take_new_length(&p, end, &len)) {
			return NULL;
		}
		if (!len || len > (size_t)(end - p))
			return NULL;
		if ((*p & 0x7f) == SUBPACKET_ISSUER && len == 1 + KEY_ID)
			return p + 1;
		p += len;
	}
	return NULL;
}

/* The id of the key that made the signature, or NULL. */
static const unsigned char *issuer(const struct packet *packet)
{
	const unsigned char *p = packet->body, *end = p + packet->len;
	const unsigned char *found = NULL;

	if (packet->len > 15 && p[0] < 4)
		return p + 7;
	if (packet->len < 6 || p[0] != 4)
		return NULL;
	p += 4;
	/* The hashed subpackets, then the others. */
	for (int i = 0; i < 2 && !found && end - p >= 2; i++) {
		size_t len = (size_t)p[0] << 8 | p[1];

		p += 2;
		if (len > (size_t)(end - p))
			return NULL;
		found = find_issuer(p, p + len);
		p += len;
	}
	return found;
}

/* Keys */

/* A version 4 fingerprint; other keys just get a name of their own by it. */
static struct oid fingerprint(const struct packet *packet)
{
	unsigned char head[] = { 0x99, (unsigned char)(packet->len >> 8),
				 (unsigned char)packet->len };
	struct sha1 sha1;
	struct oid oid;

	sha1_init(&sha1);
	sha1_add(&sha1, head, sizeof(head));
	sha1_add(&sha1, packet->body, packet->len);
	sha1_finish(&sha1, oid.b);
	return oid;
}

/* The name of a packet that belongs to the one called `parent`. */
static struct oid name_part(const struct oid *parent,
			    const struct packet *packet)
{
	unsigned char tag = (unsigned char)packet->tag;
	struct sha1 sha1;
	struct oid oid;

	sha1_init(&sha1);
	sha1_add(&sha1, parent->b, OID_SIZE);
	sha1_add(&sha1, &tag, 1);
	sha1_add(&sha1, packet->body, packet->len);
	sha1_finish(&sha1, oid.b);
	return oid;
}

/* Where in its list the part of that name is; `n` if it is new. */
static size_t find_part(struct openpgp_keys *keys, const struct oid *name,
			size_t n)
{
	int64_t at = oidmap_get(&keys->parts, name);

	if (at >= 0)
		return (size_t)at;
	oidmap_put(&keys->parts, name, (uint32_t)n);
	return n;
}

static struct part *add_part(struct openpgp_keys *keys, struct openpgp_key *key,
			     const struct oid *name,
			     const struct packet *packet)
{
	size_t at = find_part(keys, name, key->n);

	if (at == key->n) {
		GROW(key->parts, key->n, key->cap);
		key->parts[key->n] = (struct part){
			.tag = packet->tag, .group = group_of(packet),
			.name = *name };
		put_packet(&key->parts[key->n++].packet, packet);
	}
	return &key->parts[at];
}

static struct openpgp_key *add_key(struct openpgp_keys *keys,
				   const struct packet *packet)
{
	/* The key's place has another name than its first part. */
	struct oid name = fingerprint(packet), place = name_part(&name, packet);
	size_t at = find_part(keys, &place, keys->n);

	if (at == keys->n) {
		GROW(keys->v, keys->n, keys->cap);
		keys->v[keys->n++] = (struct openpgp_key){ 0 };
	}
	add_part(keys, &keys->v[at], &name, packet);
	return &keys->v[at];
}

static void add_signature(struct openpgp_keys *keys, struct part *part,
			  const struct packet *packet)
{
	struct oid name = name_part(&part->name, packet);

	if (oidmap_get(&keys->parts, &name) >= 0)
		return;
	oidmap_put(&keys->parts, &name, 0);
	put_packet(&part->signatures[group_of(packet)], packet);
}

static bool is_by(const struct openpgp_key *key, const unsigned char *id)
{
	return id && !memcmp(key->parts[0].name.b + OID_SIZE - KEY_ID, id,
			     KEY_ID);
}

static void add_loose(struct openpgp_keys *keys, const struct packet *packet)
{
	struct openpgp_packets *loose = keys->loose;

	if (!loose)
		loose = keys->loose = xcalloc(1, sizeof(*loose));
	GROW(loose->v, loose->n, loose->cap);
	loose->v[loose->n] = (struct buf)BUF_INIT;
	buf_add(&loose->v[loose->n++], packet->body, packet->len);
}

/*
 * A key's revocation may be far from it, as in the files that gpg keeps for the
 * worst case.
 */
static void take_signature(struct openpgp_keys *keys, struct openpgp_key *key,
			   struct part *part, const struct packet *packet)
{
	if (signature_class(packet) == KEY_REVOCATION) {
		if (key && is_by(key, issuer(packet)))
			part = &key->parts[0];
		else
			add_loose(keys, packet);
	}
	if (part)
		add_signature(keys, part, packet);
}

/* Files */

static int damaged(struct error *err)
{
	return error_set(err, "it is damaged, or is not a file of OpenPGP "
			 "keys");
}

static int add_packets(struct openpgp_keys *keys, const char *data, size_t len,
		       struct error *err)
{
	const unsigned char *p = (const unsigned char *)data, *end = p + len;
	struct openpgp_key *key = NULL;
	struct part *part = NULL;
	struct packet packet;
	struct oid name;

	while (p < end) {
		if (!take_packet(&p, end, &packet))
			return damaged(err);
		switch (packet.tag) {
		case TAG_KEY:
			key = add_key(keys, &packet);
			part = &key->parts[0];
			break;
		case TAG_USER_ID:
		case TAG_SUBKEY:
		case TAG_ATTRIBUTE:
			if (!key)
				return damaged(err);
			name = name_part(&key->parts[0].name, &packet);
			part = add_part(keys, key, &name, &packet);
			break;
		case TAG_SIGNATURE:
			take_signature(keys, key, part, &packet);
			break;
		case TAG_SECRET_KEY:
		case TAG_SECRET_SUBKEY:
			return error_set(err, "it has a secret key");
		default:
			break;		/* gpg's notes on trust, for instance */
		}
	}
	return 0;
}

/*
 * A keybox (GnuPG's kbx/keybox-blob.c): blobs with their length, their type,
 * and where in them the key is.
 */
static int add_keybox(struct openpgp_keys *keys, const char *data, size_t len,
		      struct error *err)
{
	enum { HEAD = 16, OPENPGP = 2 };

	while (len) {
		size_t size = len < HEAD ? 0 : be32(data), at, n;

		if (size < HEAD || size > len)
			return damaged(err);
		at = be32(data + 8);
		n = be32(data + 12);
		if (data[4] == OPENPGP && (at > size || n > size - at))
			return damaged(err);
		if (data[4] == OPENPGP && add_packets(keys, data + at, n, err))
			return -1;
		data += size;
		len -= size;
	}
	return 0;
}

bool openpgp_is_keybox(const char *data, size_t len)
{
	/* A packet, which has the high bit, may hold these letters too. */
	return len > 12 && !(data[0] & 0x80) && !memcmp(data + 8, "KBXf", 4);
}

/* Gives loose revocations to the keys that made them. */
static void place_loose(struct openpgp_keys *keys)
{
	for (size_t i = 0; keys->loose && i < keys->loose->n; i++) {
		const struct buf *body = &keys->loose->v[i];
		const struct packet packet = {
			TAG_SIGNATURE, (const unsigned char *)body->ptr,
			body->len };

		for (size_t k = 0; k < keys->n; k++)
			if (is_by(&keys->v[k], issuer(&packet)))
				add_signature(keys, &keys->v[k].parts[0],
					      &packet);
	}
}

static int add_armored(struct openpgp_keys *keys, const char *data, size_t len,
		       struct error *err)
{
	struct buf bytes = BUF_INIT;
	int n = armor_decode("PGP PUBLIC KEY BLOCK", data, len, &bytes), rc;

	if (n < 0)
		rc = error_set(err, "a key block in it is damaged");
	else if (!n && len)
		rc = damaged(err);
	else
		rc = add_packets(keys, buf_str(&bytes), bytes.len, err);
	buf_release(&bytes);
	return rc;
}

int openpgp_add(struct openpgp_keys *keys, const char *data, size_t len,
		struct error *err)
{
	int rc = openpgp_is_keybox(data, len) ?
		 add_keybox(keys, data, len, err) :
		 len && data[0] & 0x80 ? add_packets(keys, data, len, err) :
		 add_armored(keys, data, len, err);

	place_loose(keys);
	return rc;
}

/* Answers */

static bool has_name(const struct part *part, const struct oid *wanted)
{
	const unsigned char *p = (const unsigned char *)part->packet.ptr;
	const unsigned char *end = p + part->packet.len;
	struct packet packet;
	struct oid name;

	if (part->tag != TAG_SUBKEY || !take_packet(&p, end, &packet))
		return oid_equal(&part->name, wanted);
	name = fingerprint(&packet);
	return oid_equal(&name, wanted);
}

bool openpgp_has(const struct openpgp_keys *keys, const char *hex)
{
	struct oid wanted;

	if (!oid_parse(&wanted, hex, strlen(hex)))
		return false;
	for (size_t i = 0; i < keys->n; i++)
		for (size_t k = 0; k < keys->v[i].n; k++)
			if (has_name(&keys->v[i].parts[k], &wanted))
				return true;
	return false;
}

static void write_parts(const struct openpgp_key *key, bool are_subkeys,
			enum openpgp_group group, struct buf *out)
{
	for (size_t i = 0; i < key->n; i++) {
		const struct part *part = &key->parts[i];

		if ((part->tag == TAG_SUBKEY) != are_subkeys ||
		    part->group > group)
			continue;
		buf_add(out, part->packet.ptr, part->packet.len);
		for (size_t g = 0; g <= (size_t)group; g++)
			buf_add(out, buf_str(&part->signatures[g]),
				part->signatures[g].len);
	}
}

/* Whether readers of the group, and none before, know a key or subkey of it. */
static bool is_in(const struct openpgp_key *key, enum openpgp_group group)
{
	bool is = false;

	for (size_t i = 0; i < key->n; i++)
		if (!i || key->parts[i].tag == TAG_SUBKEY)
			is |= key->parts[i].group == group;
	return is && key->parts[0].group <= group;
}

void openpgp_write(const struct openpgp_keys *keys, enum openpgp_group group,
		   struct buf *out)
{
	for (size_t i = 0; i < keys->n; i++) {
		if (!is_in(&keys->v[i], group))
			continue;
		write_parts(&keys->v[i], false, group, out);
		write_parts(&keys->v[i], true, group, out);
	}
}

void openpgp_release(struct openpgp_keys *keys)
{
	for (size_t i = 0; i < keys->n; i++) {
		for (size_t k = 0; k < keys->v[i].n; k++) {
			buf_release(&keys->v[i].parts[k].packet);
			for (int g = 0; g < OPENPGP_GROUPS; g++)
				buf_release(&keys->v[i].parts[k].signatures[g]);
		}
		free(keys->v[i].parts);
	}
	for (size_t i = 0; keys->loose && i < keys->loose->n; i++)
		buf_release(&keys->loose->v[i]);
	if (keys->loose)
		free(keys->loose->v);
	free(keys->loose);
	free(keys->v);
	oidmap_release(&keys->parts);
	*keys = (struct openpgp_keys){ 0 };
}

/* Digests that RFC 4880 has. */
static bool is_known_digest(int id)
{
	return (id >= 1 && id <= 3) || (id >= 8 && id <= 11);
}

static bool is_sane(const struct packet *packet)
{
	bool is_old = packet->len && packet->body[0] < 4;

	if (packet->tag != TAG_SIGNATURE || packet->len < 17)
		return false;
	return is_known_digest(packet->body[is_old ? 16 : 3]);
}

bool openpgp_is_signature(const char *text, size_t len)
{
	struct buf bytes = BUF_INIT;
	const unsigned char *p, *end;
	struct packet packet;
	bool is = armor_decode("PGP SIGNATURE", text, len, &bytes) == 1 &&
		  bytes.len;

	p = (const unsigned char *)buf_str(&bytes);
	end = p + bytes.len;
	while (is && p < end)
		is = take_packet(&p, end, &packet) && is_sane(&packet);
	buf_release(&bytes);
	return is;
}
