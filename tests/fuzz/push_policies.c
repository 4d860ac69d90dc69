/* SPDX-License-Identifier: GPL-2.0-only */
#include "push_policies.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "made_push.h"

/* What all have: who owns what. */
static const char common[] =
	"[signer \"t\"]\n"
	"ssh = %s\n"
	"[signer \"m\"]\n"
	"ssh = %s\n"
	"[subsystem \"x86\"]\n"
	"tree = tip\n"
	"path = arch/x86/\n"
	"maintainer = T <t@x>\n"
	"[subsystem \"kvm-x86\"]\n"
	"tree = kvm\n"
	"path = arch/x86/kvm/\n"
	"[subsystem \"virt\"]\n"
	"tree = kvm\n"
	"path = virt/\n"
	"path = drivers/both/\n"
	"maintainer = K <k@x>\n"
	"[subsystem \"drivers\"]\n"
	"tree = tip\n"
	"path = drivers/\n"
	"exclude = drivers/clk/\n"
	"maintainer = T <t@x>\n"
	"[subsystem \"clk\"]\n"
	"tree = clk\n"
	"match = ^drivers/clk\n"
	"[subsystem \"lib\"]\n"
	"path = lib/\n";

static const char *const policies[] = {
	/* Signed tags of both kinds. */
	"[policy]\nversion = 1\n"
	"[tree \"kvm\"]\nrewind = refs/heads/wip\nsigner = m\n"
	"[tree \"tip\"]\nsigner = t\n"
	"[tree \"clk\"]\n"
	"[tree \"mainline\"]\nrole = upstream\nref = refs/tags/v*\n"
	"signer = m\n"
	"[tree \"next\"]\nrole = integration\nref = refs/tags/next-*\n"
	"marker-path = Next/SHA1s\n"
	"marker-subject = Add linux-next specific files for *\n"
	"[immutable \"releases\"]\ntag = v*\n"
	"[shared-tag \"noinstr-*\"]\ntree = tip\n"
	"format = noinstr-<topic>-<YYYY>-<MM>-<DD>\n"
	"[shared-tag \"core-*\"]\ntree = tip\nscope = x86\n"
	"based-on = v*\nconsumer = clk\n"
	"[shared-tag \"draft-*\"]\ntree = tip\nfreeze = merge\n",

	/* Names are enough. */
	"[policy]\nversion = 1\nowners = nearest\ncommons = MAINTAINERS\n"
	"incidental = Kconfig\n"
	"[tree \"kvm\"]\nbranch = refs/heads/*\nbackport = refs/heads/linux-*\n"
	"neighbour = drivers/clk/\nsigned = no\n"
	"[tree \"tip\"]\nsigned = no\nrewind = refs/heads/topic\n"
	"[tree \"clk\"]\n"
	"[tree \"mainline\"]\nrole = upstream\nref = refs/tags/v*\n"
	"ref = refs/heads/topic\nsigned = no\n"
	"[tree \"next\"]\nrole = integration\nref = refs/heads/next\n"
	"[immutable \"releases\"]\ntag = v*\n"
	"[shared-tag \"noinstr-*\"]\ntree = tip\nsigned = no\n"
	"[shared-tag \"core-*\"]\ntree = tip\nsigned = no\nconsumer = kvm\n"
	"[shared-tag \"draft-*\"]\ntree = tip\nfreeze = merge\nsigned = no\n",

	/* All rules. */
	"[policy]\nversion = 1\nunowned = deny\n"
	"[tree \"kvm\"]\nbase = v*\nsigner = m\n"
	"[tree \"tip\"]\nbase = v1\nsigner = t\nsigner = m\n"
	"[tree \"clk\"]\n"
	"[tree \"mainline\"]\nrole = upstream\nref = refs/tags/v*\n"
	"signer = m\n"
	"[tree \"next\"]\nrole = integration\nref = refs/heads/next\n"
	"ref = refs/tags/next-*\n"
	"[immutable \"releases\"]\ntag = v*\n"
	"[shared-tag \"core-*\"]\ntree = tip\nsigned = no\n"
	"[shared-tag \"draft-*\"]\ntree = clk\nfreeze = merge\n"
	"[rule \"foreign-path\"]\naccept-ack = yes\naccept-committer = yes\n"
	"[rule \"tagged-base\"]\nseverity = error\n"
	"[rule \"sign-off\"]\nseverity = warn\n"
	"[rule \"duplicate-patch\"]\nseverity = error\n"
	"[rule \"tag-consumer\"]\nseverity = error\n"
	"[waiver \"w\"]\nrule = foreign-path\ntree = kvm\npath = lib/\n"
	"expires = 2020-12-31\nreason = r\nby = A <a@x>\n",

	/* No upstream, no tags. */
	"[policy]\nversion = 1\nmode = report\n"
	"[tree \"kvm\"]\n[tree \"tip\"]\n[tree \"clk\"]\n"
	"[rule \"sign-off\"]\nseverity = error\n",
};

static struct policy *read_ones[ARRAY_SIZE(policies)];

static struct policy *parse(const char *text)
{
	char *keys[] = { made_key(0), made_key(1) };
	struct diags diags = { 0 };
	struct buf whole = BUF_INIT;
	struct policy *policy;

	buf_addstr(&whole, text);
	buf_addf(&whole, common, keys[0], keys[1]);
	policy = policy_parse("policy.ini", whole.ptr, whole.len, &diags);
	for (size_t i = 0; !policy && i < diags.n; i++)
		fprintf(stderr, "%d: %s\n", diags.v[i].line, diags.v[i].msg);
	if (!policy)
		abort();
	diags_release(&diags);
	buf_release(&whole);
	free(keys[0]);
	free(keys[1]);
	return policy;
}

void push_policies_read(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(policies); i++)
		read_ones[i] = parse(policies[i]);
}

const struct policy *push_policy(unsigned char which)
{
	return read_ones[which % ARRAY_SIZE(read_ones)];
}
