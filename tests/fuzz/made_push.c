/* SPDX-License-Identifier: GPL-2.0-only */
#include "made_push.h"

#include <endian.h>
#include <stdlib.h>

#include "base/armor.h"
#include "base/mem.h"
#include "base/sha1.h"

/* Sorted, as git sorts the entries of their trees. */
const char *const made_paths[MADE_PATHS] = {
	"Kconfig", "MAINTAINERS", "Next/SHA1s", "a", "arch/x86/a",
	"arch/x86/kvm/a", "arch/x86/kvm/b", "drivers/both/a", "drivers/clk/a",
	"lib/a", "lib/b", "sub/a", "sub/arch/x86/a", "virt/a", "virt/kvm/a",
};

static const char *const ref_names[MADE_REFS] = {
	"refs/heads/linux-5.y", "refs/heads/master", "refs/heads/next",
	"refs/heads/topic", "refs/heads/wip", "refs/scratch/x",
	"refs/tags/core-1", "refs/tags/core-2", "refs/tags/draft-1",
	"refs/tags/next-1", "refs/tags/noinstr-x86-2020-05-16",
	"refs/tags/v1", "refs/tags/v2", "refs/treaty/x",
};

unsigned char made_next(struct made_bytes *in)
{
	if (!in->left)
		return 0;
	in->left--;
	return *in->p++;
}

const struct made_commit *made_commit_find(const struct made_push *push,
					   const struct oid *oid)
{
	for (size_t i = 0; i < push->n_commits; i++)
		if (oid_equal(&push->commits[i].oid, oid))
			return &push->commits[i];
	return NULL;
}

/* Trees */

enum { EXECUTABLE = 250, LINK, SUBMODULE };

/* Eight lines, of which the bits of the byte tell which are changed. */
static void add_lines(struct buf *out, unsigned char file)
{
	for (int i = 0; file && i < 8; i++)
		buf_addf(out, "line %d%s\n", i, file >> i & 1 ? " new" : "");
}

static struct oid make_blob(struct made_objects *objects, unsigned char file,
			    bool is_conflict)
{
	struct buf text = BUF_INIT;
	struct oid oid;

	if (is_conflict) {
		buf_addstr(&text, "<<<<<<< ours\n");
		add_lines(&text, file);
		buf_addstr(&text, "=======\ntheirs\n>>>>>>> theirs\n");
	} else {
		add_lines(&text, file);
	}
	oid = made_add(objects, OBJECT_BLOB, buf_str(&text), text.len);
	buf_release(&text);
	return oid;
}

static void add_row(struct buf *tree, const char *mode, const char *name,
		    size_t len, const struct oid *oid)
{
	buf_addf(tree, "%s %.*s", mode, (int)len, name);
	buf_add(tree, "", 1);
	buf_add(tree, oid->b, OID_SIZE);
}

static const char *mode_of(unsigned char file)
{
	return file == EXECUTABLE ? "100755" : file == LINK ? "120000" :
	       file == SUBMODULE ? "160000" : "100644";
}

/* Where the paths end that are in the same directory as number `i`. */
static size_t directory_end(size_t i, size_t end, size_t len)
{
	size_t at = i;

	while (at < end && !strncmp(made_paths[at], made_paths[i], len))
		at++;
	return at;
}

/* The tree of the paths from `i` to `end`, whose directory has `skip` bytes. */
static struct oid make_tree(struct made_objects *objects,
			    const struct made_files *files,
			    unsigned int conflicts, size_t i, size_t end,
			    size_t skip)
{
	struct buf tree = BUF_INIT;
	struct oid oid;

	while (i < end) {
		const char *name = made_paths[i] + skip;
		const char *slash = strchr(name, '/');
		size_t len = slash ? (size_t)(slash - name) : strlen(name);
		size_t next = i + 1;
		bool any = false;

		if (slash)
			next = directory_end(i, end, skip + len + 1);
		for (size_t k = i; k < next; k++)
			any |= files->at[k];
		if (any && slash)
			oid = make_tree(objects, files, conflicts, i, next,
					skip + len + 1);
		else if (any)
			oid = make_blob(objects, files->at[i],
					conflicts >> i & 1);
		if (any)
			add_row(&tree, slash ? "40000" : mode_of(files->at[i]),
				name, len, &oid);
		i = next;
	}
	oid = made_add(objects, OBJECT_TREE, buf_str(&tree), tree.len);
	buf_release(&tree);
	return oid;
}

struct oid made_tree(struct made_objects *objects,
		     const struct made_files *files, unsigned int conflicts)
{
	return make_tree(objects, files, conflicts, 0, MADE_PATHS, 0);
}

unsigned int made_merge(const struct made_push *push,
			const struct made_commit *ours,
			const struct made_commit *theirs,
			struct made_files *out)
{
	static const struct made_files none;
	const struct made_files *base = &none;
	uint64_t common = ours->ancestors & theirs->ancestors;
	unsigned int conflicts = 0;

	for (size_t i = 0; i < push->n_commits; i++)
		if (common >> i & 1)
			base = &push->commits[i].files;
	for (size_t i = 0; i < MADE_PATHS; i++) {
		unsigned char b = base->at[i], o = ours->files.at[i];
		unsigned char t = theirs->files.at[i];

		out->at[i] = o == b ? t : o;
		if (o != b && t != b && o != t) {
			conflicts |= 1u << i;
			out->at[i] = o ? o : t;
		}
	}
	return conflicts;
}

/* Signatures: nobody but made_signature_is_good() believes in them. */

static void add_base64(struct buf *out, const unsigned char *p, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < len; i += 3) {
		uint32_t bits = (uint32_t)p[i] << 16;

		if (i + 1 < len)
			bits |= (uint32_t)p[i + 1] << 8;
		if (i + 2 < len)
			bits |= p[i + 2];
		buf_addch(out, digits[bits >> 18]);
		buf_addch(out, digits[bits >> 12 & 63]);
		buf_addch(out, i + 1 < len ? digits[bits >> 6 & 63] : '=');
		buf_addch(out, i + 2 < len ? digits[bits & 63] : '=');
	}
}

static void add_string(struct buf *out, const void *data, size_t len)
{
	uint32_t n = htobe32((uint32_t)len);

	buf_add(out, &n, sizeof(n));
	buf_add(out, data, len);
}

static void add_key(struct buf *out, int who)
{
	char bytes[32];

	memset(bytes, 'A' + who, sizeof(bytes));
	add_string(out, "ssh-ed25519", strlen("ssh-ed25519"));
	add_string(out, bytes, sizeof(bytes));
}

char *made_key(int who)
{
	struct buf key = BUF_INIT, text = BUF_INIT;

	add_key(&key, who);
	buf_addstr(&text, "ssh-ed25519 ");
	add_base64(&text, (const unsigned char *)key.ptr, key.len);
	buf_release(&key);
	return buf_detach(&text);
}

static void seal(const char *payload, size_t len,
		 unsigned char out[SHA1_SIZE])
{
	struct sha1 sha1;

	sha1_init(&sha1);
	sha1_add(&sha1, payload, len);
	sha1_finish(&sha1, out);
}

bool made_signature_is_good(const char *raw, const struct signature *s)
{
	unsigned char wanted[SHA1_SIZE];
	struct buf blob = BUF_INIT;
	bool is_good;

	seal(raw, s->payload_len, wanted);
	is_good = armor_decode("SSH SIGNATURE", s->text, s->len, &blob) == 1 &&
		  blob.len > SHA1_SIZE &&
		  !memcmp(blob.ptr + blob.len - SHA1_SIZE, wanted, SHA1_SIZE);
	buf_release(&blob);
	return is_good;
}

static void add_signature(struct buf *tag, int who, bool is_good)
{
	struct buf blob = BUF_INIT, key = BUF_INIT;
	unsigned char sum[SHA1_SIZE];

	seal(tag->ptr, tag->len, sum);
	sum[0] = (unsigned char)(sum[0] ^ !is_good);
	add_key(&key, who);
	buf_add(&blob, "SSHSIG\0\0\0\1", 10);
	add_string(&blob, key.ptr, key.len);
	add_string(&blob, "git", 3);
	buf_add(&blob, sum, sizeof(sum));
	buf_addstr(tag, "-----BEGIN SSH SIGNATURE-----\n");
	add_base64(tag, (const unsigned char *)blob.ptr, blob.len);
	buf_addstr(tag, "\n-----END SSH SIGNATURE-----\n");
	buf_release(&blob);
	buf_release(&key);
}

enum signing { UNSIGNED, BY_FIRST, BY_SECOND, BY_STRANGER, FORGED, TWICE,
	       OPENPGP, N_SIGNING };

static void sign(struct buf *tag, enum signing how)
{
	if (how == UNSIGNED)
		return;
	if (how == OPENPGP) {
		buf_addstr(tag, "-----BEGIN PGP SIGNATURE-----\n\niQ==\n"
			   "-----END PGP SIGNATURE-----\n");
		return;
	}
	add_signature(tag, how == BY_SECOND ? 1 : how == BY_STRANGER ? 2 : 0,
		      how != FORGED);
	if (how == TWICE)
		add_signature(tag, 0, true);
}

/* Commits */

/* The last ones first; NULL where there are none. */
static const struct made_commit *pick(const struct made_push *push,
				      unsigned char byte)
{
	return push->n_commits ? &push->commits[push->n_commits - 1 -
						byte % push->n_commits] : NULL;
}

static const char *const people[] = { "A <a@x>", "T <t@x>", "K <k@x>" };

enum { N_MESSAGES = 12 };

static void add_message(const struct made_push *push, struct buf *out,
			unsigned char which, unsigned char of)
{
	const struct made_commit *other = pick(push, of);
	char hex[OID_HEX + 1] = "0123456789012345678901234567890123456789";

	if (other)
		oid_format(hex, &other->oid);
	switch (which % N_MESSAGES) {
	case 1: buf_addf(out, "Change %d\n", of % 4); break;
	case 2: buf_addf(out, "Revert \"Change\"\n\nThis reverts commit %s.\n",
			 hex); break;
	case 3: buf_addf(out, "Change\n\n(cherry picked from commit %s)\n",
			 hex); break;
	case 4: buf_addf(out, "Fix\n\nFixes: %.12s (\"x\")\n", hex); break;
	case 5: buf_addf(out, "Change\n\nAcked-by: T <t@x>\n"
			 "Signed-off-by: A <a@x>\n"); break;
	case 6: buf_addstr(out, "Add linux-next specific files for 20200101\n");
		break;
	case 7: buf_addstr(out, "Merge tag 'core-1' of git://tip/tip\n"); break;
	case 8: buf_addf(out, "[ Upstream commit %s ]\n\nChange\n", hex); break;
	case 9: break;
	case 10: buf_addf(out, "Reapply \"Change\"\n\nThis reverts commit %s, "
			  "reversing\nchanges made to %s.\n", hex, hex); break;
	default: buf_addstr(out, "Change\n");
	}
}

/* "mergetag object ...", each line after the first with a blank before it. */
static void add_mergetag(const struct made_push *push, struct buf *out,
			 unsigned char which)
{
	const struct made_object *o;

	if (!push->n_tags)
		return;
	o = made_find(&push->objects, &push->tags[which % push->n_tags]);
	buf_addstr(out, "mergetag ");
	for (size_t i = 0; i < o->bytes.len; i++) {
		buf_addch(out, o->bytes.ptr[i]);
		if (o->bytes.ptr[i] == '\n' && i + 1 < o->bytes.len)
			buf_addch(out, ' ');
	}
}

/* A commit that is being made. */
struct draft {
	const struct made_commit *parents[3];
	size_t n_parents;
	struct made_files files;
	bool has_mergetag;
};

static void add_parent(struct draft *draft, const struct made_commit *parent)
{
	if (parent)
		draft->parents[draft->n_parents++] = parent;
}

static void add_commit(struct made_push *push, const struct draft *draft,
		       struct made_bytes *in)
{
	struct made_commit *c = &push->commits[push->n_commits];
	unsigned char who = made_next(in), message = made_next(in);
	int date = 1500000000 + (int)push->n_commits * 60 -
		   (made_next(in) & 0x7f) * 40;
	struct oid tree = made_tree(&push->objects, &draft->files, 0);
	struct buf raw = BUF_INIT;
	char hex[OID_HEX + 1];

	*c = (struct made_commit){ .files = draft->files,
				   .n_parents = draft->n_parents,
				   .ancestors = (uint64_t)1 << push->n_commits };
	oid_format(hex, &tree);
	buf_addf(&raw, "tree %s\n", hex);
	for (size_t i = 0; i < draft->n_parents; i++) {
		const struct made_commit *p = draft->parents[i];

		oid_format(hex, &p->oid);
		buf_addf(&raw, "parent %s\n", hex);
		c->ancestors |= p->ancestors;
	}
	if (draft->n_parents)
		c->parent = (size_t)(draft->parents[0] - push->commits);
	/* Copies have the same author and the same date. */
	buf_addf(&raw, "author %s %d +0000\ncommitter %s %d +0000\n",
		 people[who % 3], who & 0x40 ? 1400000000 + who : date,
		 people[who / 3 % 3], date);
	if (draft->has_mergetag)
		add_mergetag(push, &raw, made_next(in));
	buf_addch(&raw, '\n');
	add_message(push, &raw, message, made_next(in));
	c->oid = made_add(&push->objects, OBJECT_COMMIT, raw.ptr, raw.len);
	if (!made_commit_find(push, &c->oid))
		push->n_commits++;
	buf_release(&raw);
}

static void change_file(struct draft *draft, struct made_bytes *in)
{
	unsigned char at = made_next(in) % MADE_PATHS;

	draft->files.at[at] = made_next(in);
}

static void make_commit(struct made_push *push, struct made_bytes *in)
{
	unsigned char parent = made_next(in), n;
	struct draft draft = { 0 };

	if (parent != 255)
		add_parent(&draft, pick(push, parent));
	if (draft.n_parents)
		draft.files = draft.parents[0]->files;
	for (n = made_next(in) % 3 + 1; n; n--)
		change_file(&draft, in);
	add_commit(push, &draft, in);
}

/* What is in lib/ of the second parent comes to sub/, as does its file a. */
static void put_below(struct draft *draft)
{
	const struct made_files *from = &draft->parents[1]->files;

	draft->files = draft->parents[0]->files;
	draft->files.at[11] = from->at[3];
	draft->files.at[12] = from->at[4];
}

static void make_merge(struct made_push *push, struct made_bytes *in)
{
	unsigned char how = made_next(in);
	struct draft draft = { .has_mergetag = how & 4 };

	add_parent(&draft, pick(push, made_next(in)));
	add_parent(&draft, pick(push, made_next(in)));
	if (how & 8)
		add_parent(&draft, pick(push, made_next(in)));
	if (!draft.n_parents)
		return;
	draft.files = draft.parents[0]->files;
	if (how & 3)
		made_merge(push, draft.parents[0], draft.parents[1],
			   &draft.files);
	if ((how & 3) == 2)
		change_file(&draft, in);
	if ((how & 3) == 3)
		put_below(&draft);
	add_commit(push, &draft, in);
}

/* Tags and refs */

static struct oid pick_target(const struct made_push *push, unsigned char byte,
			      enum object_type *type)
{
	static const struct oid none;

	*type = OBJECT_COMMIT;
	if (byte >= 240 && push->objects.n) {
		const struct made_object *o =
			&push->objects.v[byte % push->objects.n];

		*type = o->type;
		return o->oid;
	}
	if (byte >= 200 && push->n_tags) {
		*type = OBJECT_TAG;
		return push->tags[byte % push->n_tags];
	}
	return push->n_commits ? pick(push, byte)->oid : none;
}

static void make_tag(struct made_push *push, struct made_bytes *in)
{
	const char *name = ref_names[made_next(in) % MADE_REFS];
	enum object_type type;
	struct oid target = pick_target(push, made_next(in), &type);
	struct buf raw = BUF_INIT;
	char hex[OID_HEX + 1];

	oid_format(hex, &target);
	buf_addf(&raw, "object %s\ntype %s\ntag %s\ntagger T <t@x> %d +0000\n\n"
		 "Tag\n", hex, object_type_name(type),
		 strrchr(name, '/') + 1, 1500000000 + (int)push->n_tags);
	sign(&raw, made_next(in) % N_SIGNING);
	if (push->n_tags < MADE_TAGS)
		push->tags[push->n_tags++] = made_add(
			&push->objects, OBJECT_TAG, raw.ptr, raw.len);
	buf_release(&raw);
}

/* 0 deletes the ref. From 128 on it is at a tag, if there are any. */
static struct oid pick_value(const struct made_push *push, unsigned char byte)
{
	static const struct oid none;

	if (!byte || !push->n_commits)
		return none;
	if (byte >= 128 && push->n_tags)
		return push->tags[push->n_tags - 1 - byte % push->n_tags];
	return pick(push, (unsigned char)(byte - 1))->oid;
}

static void set_ref(struct made_push *push, struct made_bytes *in, bool before)
{
	struct made_ref *ref = &push->refs[made_next(in) % MADE_REFS];

	ref->after = pick_value(push, made_next(in));
	if (before)
		ref->before = ref->after;
}

/* A rare case, so it takes a certain byte. */
static void drop_object(struct made_push *push, struct made_bytes *in)
{
	unsigned char byte = made_next(in);

	if (made_next(in) != 77 || !push->objects.n)
		return;
	push->objects.v[byte % push->objects.n].is_missing = true;
	push->lacks_objects = true;
}

void made_push_read(struct made_push *push, struct made_bytes *in)
{
	for (size_t i = 0; i < MADE_REFS; i++)
		push->refs[i].name = ref_names[i];
	while (in->left && push->n_commits < MADE_COMMITS - 8)
		switch (made_next(in) % 9) {
		case 4: make_merge(push, in); break;
		case 5: make_tag(push, in); break;
		case 6: set_ref(push, in, true); break;
		case 7: set_ref(push, in, false); break;
		case 8: drop_object(push, in); break;
		default: make_commit(push, in);
		}
}

void made_push_release(struct made_push *push)
{
	made_objects_release(&push->objects);
}
