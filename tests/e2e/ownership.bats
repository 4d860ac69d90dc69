# SPDX-License-Identifier: GPL-2.0-only
# The owners of Linux 6.1's files, as its own scripts/get_maintainer.pl has them:
# a sample, and all files that a special pattern matches. How it was made, and how
# to hold it against all files: tests/ownership/fixture.bash.

load lib

fixture="$BATS_TEST_DIRNAME/../ownership"

setup() {
	sandbox
	xz -dc "$fixture/MAINTAINERS.xz" >MAINTAINERS
	xz -dc "$fixture/expected.xz" >expected
	xz -dc "$fixture/directories.xz" | xargs -d '\n' mkdir -p
	treaty policy import --no-infer --quiet MAINTAINERS
	assert_status 0
	printf '%s\n' "$output" >policy.ini
}

@test "the sections of each path are those of get_maintainer.pl" {
	[ "$(wc -l <expected)" -ge 14000 ]
	cut -f 1 expected >paths
	treaty owner --policy policy.ini --format json - <paths
	assert_status 0
	json '.paths[] | [.path, (.subsystems[].name | gsub("\t"; "\\t"))] |
		join("\t")' >owners
	diff expected owners >difference || {
		output="$(head -n 20 difference)"
		fail "$(grep -c '^<' difference) paths differ"
	}
}

# Sections that have an F: or N:.
count_sections() {
	awk '/^[A-Z]:/ { if (/^[FN]:/ && !found) { n++; found = 1 } next }
		NF && !/^[ \t]*#/ { found = 0 } END { print n }' MAINTAINERS
}

@test "each section and each N: is there" {
	[ "$(grep -c '^\[subsystem ' policy.ini)" = "$(count_sections)" ]
	[ "$(grep -c '^match = [^^]' policy.ini)" = "$(grep -c '^N:' MAINTAINERS)" ]
	! grep -q '^exclude-match' policy.ini
}

@test "of two runs on the same file, and of --onto, the bytes are the same" {
	treaty policy import --no-infer --quiet MAINTAINERS
	cmp policy.ini <(printf '%s\n' "$output")
	treaty policy import --no-infer --quiet --onto policy.ini MAINTAINERS
	cmp policy.ini <(printf '%s\n' "$output")
}

# What policies/README.md says to do first, where both would claim paths.
@test "imported onto linux.ini without its subsystems" {
	local policies="$BATS_TEST_DIRNAME/../../policies" command

	command="$(sed -n 's/^ *\(awk .*\) linux.ini >my.ini$/\1/p' \
		"$policies/README.md")"
	[ "$command" ]
	eval "$command" <"$policies/linux.ini" >my.ini
	treaty policy import --no-infer --quiet --onto my.ini MAINTAINERS
	printf '%s\n' "$output" >onto.ini
	treaty policy check --quiet onto.ini
	assert_status 0
	treaty owner --policy onto.ini --format json arch/x86/kvm/x86.c \
		drivers/xen/time.c
	[ "$(json '.paths[] | .owners | join(" ")')" = "kvm tip
xen" ]
}

@test "imported onto linux.ini, whose trees take their places" {
	local linux_ini="$BATS_TEST_DIRNAME/../../policies/linux.ini"

	treaty policy import --no-infer --quiet --onto "$linux_ini" MAINTAINERS
	assert_status 0
	printf '%s\n' "$output" >onto.ini
	[ "$(sed '/^; >>>> /,$d' onto.ini)" = "$(cat "$linux_ini")" ]
	[ "$(grep -c 'tip/tip.git$' onto.ini)" = 1 ]
	treaty owner --policy onto.ini --format json arch/x86/entry/common.c
	[ "$(json -c '.paths[].owners')" = '["tip"]' ]
	treaty policy check onto.ini
	assert_status 0
	assert_output_has 'onto.ini: 0 errors, '
}
