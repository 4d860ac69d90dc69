/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/delta.h"

#include <string.h>

bool bytes_take_size(struct bytes *b, size_t *value, unsigned int shift)
{
	unsigned char c;

	do {
		if (b->p == b->end || shift > 25)
			return false;
		c = *b->p++;
		*value |= (size_t)(c & 0x7f) << shift;
		shift += 7;
	} while (c & 0x80);
	return true;
}

/* The part of an object that is still to be written. */
struct room {
	char *p, *end;
};

static bool put(struct room *room, const void *data, size_t len)
{
	if (len > (size_t)(room->end - room->p))
		return false;
	memcpy(room->p, data, len);
	room->p += len;
	return true;
}

/* Copies bytes of the base. */
static bool copy(struct bytes *delta, unsigned char code,
		 const struct object_bytes *base, struct room *room)
{
	size_t from = 0, len = 0;

	for (unsigned int bit = 0; bit < 7; bit++) {
		if (!(code >> bit & 1))
			continue;
		if (delta->p == delta->end)
			return false;
		if (bit < 4)
			from |= (size_t)*delta->p++ << 8 * bit;
		else
			len |= (size_t)*delta->p++ << 8 * (bit - 4);
	}
	if (!len)
		len = 0x10000;
	return from <= base->len && len <= base->len - from &&
	       put(room, base->data + from, len);
}

/*
 * Copies bytes of the delta itself; zero of them would be the reserved command.
 */
static bool insert(struct bytes *delta, size_t len, struct room *room)
{
	if (!len || len > (size_t)(delta->end - delta->p) ||
	    !put(room, delta->p, len))
		return false;
	delta->p += len;
	return true;
}

struct object_bytes *delta_apply(const struct object_bytes *base,
				 struct bytes delta, size_t max)
{
	size_t base_len = 0, len = 0;
	struct object_bytes *out;
	struct room room;
	bool ok = true;

	if (!bytes_take_size(&delta, &base_len, 0) ||
	    !bytes_take_size(&delta, &len, 0) || base_len != base->len ||
	    len > max)
		return NULL;
	out = object_bytes_new(base->type, len);
	room = (struct room){ out->data, out->data + len };
	while (ok && delta.p < delta.end) {
		unsigned char code = *delta.p++;

		ok = code & 0x80 ? copy(&delta, code, base, &room) :
				   insert(&delta, code, &room);
	}
	if (ok && room.p == room.end)
		return out;
	object_bytes_put(out);
	return NULL;
}
