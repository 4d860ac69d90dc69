# SPDX-License-Identifier: GPL-2.0-only
#
# rseq and linux-next (November 2017): the rseq tree carries a membarrier
# commit below arch/x86/, whose maintainers were only Cc'ed.
#
# later: the rseq tree was fed to linux-next during the merge window; `trees`
# has mainline's tags around it for a rule that finds what comes too early.
load lib
load scenario

trees() {
	new_mainline v4.14 arch/x86/Kconfig kernel/sched/membarrier.c
	new_tree rseq
	on for-next v4.14
	commit kernel/rseq.c include/uapi/linux/rseq.h \
		-m 'rseq: Introduce restartable sequences system call'
	commit tools/testing/selftests/rseq/rseq.c -m 'rseq: selftests: Add it'
	commit kernel/sched/membarrier.c include/uapi/linux/membarrier.h \
		-m 'membarrier: Provide core serializing command'
	go mainline
	release v4.15-rc1
}

setup_file() {
	make_fixture trees
}

setup() {
	use_fixture
	go rseq
}

subject='membarrier: x86: Provide core serializing command'

# core_sync: commits what belongs to tip, below arch/x86/ (x86) and in
# include/linux/sched.h (sched).
core_sync() {
	commit arch/x86/Kconfig arch/x86/mm/tlb.c include/linux/sched.h \
		kernel/sched/membarrier.c -m "$subject"
}

# trailers TRAILER...: core_sync's commit gets these.
trailers() {
	git commit -q --amend -m "$subject" -m "Cc: x86@kernel.org
Signed-off-by: A U Thor <author@example.com>
$(printf '%s\n' "$@")"
}

accept_acks() {
	vary rseq "$(in_section 'rule "foreign-path"' \
		's/^accept-ack.*/accept-ack = yes/')"
}

@test "rseq pushes its own work" {
	push_ok origin for-next
	assert_no_finding
	assert_ref ../rseq.git for-next for-next
}

@test "a commit below arch/x86/ is tip's" {
	core_sync
	push_refused origin for-next
	assert_only_finding foreign-path error
	# One finding in four commits.
	assert_output_has 'refused: 1 error, 0 warnings, 4 new commits judged'
	assert_output_has '1 commit in refs/heads/for-next'
	assert_output_has "$(git rev-parse --short=12 for-next) $subject"
	assert_output_has 'arch/x86/Kconfig  (x86, tree tip)'
	assert_output_has 'arch/x86/mm/tlb.c  (x86, tree tip)'
	assert_output_has 'include/linux/sched.h  (sched, tree tip)'
	assert_output_lacks 'membarrier.c'
	assert_output_has 'why: owned by tip, not by rseq'
	assert_output_has \
		'fix: hand it to tip, or pull a shared tag of tip that carries'
	assert_policy_line 'path = arch/x86/'
	assert_no_ref ../rseq.git for-next
	# The branch without that commit.
	push_ok origin for-next~1:refs/heads/for-next
	assert_no_finding
	assert_ref ../rseq.git for-next for-next~1
}

@test "the audit says the same of the branch" {
	core_sync
	audit --policy "$POLICY" --tree rseq for-next
	assert_status 1
	[ "$(json '.verdict, .tree, .commits, .findings[].ref' | xargs)" = \
		'refuse rseq 4 refs/heads/for-next' ]
	[ "$(json '.findings[].commit')" = "$(git rev-parse for-next)" ]
	found foreign-path
	assert_lines "$subject: arch/x86/Kconfig (tip)" \
		"$subject: arch/x86/mm/tlb.c (tip)" \
		"$subject: include/linux/sched.h (tip)"
	audit --policy "$POLICY" --tree rseq for-next~1
	assert_status 0
	assert_no_finding
}

@test "below the top of the branch it is tip's as well" {
	core_sync
	commit kernel/rseq.c -m 'rseq: More of its own'
	push_refused origin for-next
	assert_only_finding foreign-path error
	assert_output_has "$(git rev-parse --short=12 for-next~1) $subject"
	# Even if nothing of it is left in the result.
	git revert --no-edit for-next~1 >/dev/null
	push_refused origin for-next
	assert_finding foreign-path error
	assert_output_has "$subject"
	git reset -q --hard for-next~3
	commit kernel/rseq.c -m 'rseq: More of its own'
	push_ok origin for-next
	assert_no_finding
}

@test "tip, which it is handed to, may push it" {
	core_sync
	new_tree tip
	git fetch -q ../rseq for-next
	on sched/membarrier v4.14
	cherry_pick -X theirs FETCH_HEAD
	push_ok origin sched/membarrier
	assert_no_finding
}

@test "rseq gets it back from mainline" {
	core_sync
	go mainline
	git fetch -q ../rseq for-next
	git merge -q FETCH_HEAD >/dev/null
	release v4.15-rc2
	go rseq
	git fetch -q mainline tag v4.15-rc2
	on merged v4.15-rc2
	commit kernel/rseq.c -m 'rseq: On top of mainline'
	push_refused origin merged
	assert_only_finding foreign-path error
	in_turn ok origin merged v4.15-rc2
	assert_no_finding
}

@test "Cc, Reviewed-by and the like change nothing, Acked-by neither" {
	local who='Ingo Molnar <mingo@redhat.com>' trailer

	core_sync
	for trailer in Cc Reviewed-by Acked-by; do
		trailers "$trailer: $who"
		push_refused origin for-next
		assert_only_finding foreign-path error
	done
	accept_acks
	push_ok origin for-next
	assert_no_finding
}

@test "with accept-ack, an Acked-by of every owner is needed" {
	accept_acks
	core_sync
	push_refused origin for-next
	# tglx is a maintainer of x86 alone, peterz of sched alone.
	trailers 'Acked-by: Thomas Gleixner <tglx@linutronix.de>'
	push_refused origin for-next
	assert_only_finding foreign-path error
	assert_output_has 'include/linux/sched.h  (sched, tree tip)'
	trailers 'Acked-by: Peter Zijlstra <peterz@infradead.org>'
	push_refused origin for-next
	assert_only_finding foreign-path error
	assert_output_has 'arch/x86/Kconfig  (x86, tree tip)'
	trailers 'Acked-by: Thomas Gleixner <tglx@linutronix.de>' \
		'Acked-by: Peter Zijlstra <peterz@infradead.org>'
	push_ok origin for-next
	assert_no_finding
}

@test "with accept-ack, one who maintains all of it is enough" {
	accept_acks
	core_sync
	trailers 'Acked-by: Ingo Molnar <mingo@redhat.com>'
	push_ok origin for-next
	assert_no_finding
	# The ack is for that commit, not for the next one.
	commit arch/x86/Kconfig -m 'x86/Kconfig: Select it'
	push_refused origin for-next
	assert_only_finding foreign-path error
	assert_output_has 'refused: 1 error, 0 warnings, 1 new commit judged'
}

@test "with accept-ack, nothing but an owner's Acked-by counts" {
	local who='Ingo Molnar <mingo@redhat.com>' trailer

	accept_acks
	core_sync
	for trailer in "Cc: $who" "Reviewed-by: $who" "Tested-by: $who" \
		"Signed-off-by: $who" "Acked-for-x86-by: $who" \
		"Not-Acked-by: $who" "> Acked-by: $who" \
		"Acked-by: A U Thor <author@example.com>" \
		"Acked-by: Mathieu Desnoyers <mathieu.desnoyers@efficios.com>"
	do
		trailers "$trailer"
		push_refused origin for-next
		assert_only_finding foreign-path error
		assert_no_ref ../rseq.git for-next
	done
	trailers "Reviewed-by: $who" "Acked-by: $who"
	push_ok origin for-next
	assert_no_finding
}
