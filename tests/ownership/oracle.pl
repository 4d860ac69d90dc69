#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
# The sections that Linux's own scripts/get_maintainer.pl has for each path on
# standard input, in one process: "PATH<TAB>SECTION<TAB>SECTION...", sections in
# the file's order, tabs in their titles as \t.
#
#	cd linux && perl oracle.pl [MAINTAINERS] <paths
#
# A path is marked by a ! in front if a pattern matches it that is easily got
# wrong: N:, classes, ?, stars at the beginning or across a /, blanks,
# and what matches more than it says (foo.c, foo.cpp).
#
# It runs the script's own text: all of it up to where that turns to the files
# of its command line, and the subs after it. So MAINTAINERS is read by
# read_maintainer_file(), and sections begin and end where find_*_index() say.
# What get_maintainers() then does for each path is done here, with each pattern
# compiled once instead of at each use; `fixture.bash verify` holds it against
# the script itself.
use strict;
use warnings;

my $script = "scripts/get_maintainer.pl";
my $maintainers = shift @ARGV // "MAINTAINERS";

open(my $in, '<', $script) or die "$script: $!\n";
my $text = do { local $/; <$in> };
close($in);

my $cut = "## use the filenames on the command line";
my $at = index($text, $cut);
die "$script: where are the files taken?\n" if $at < 0;
my $subs_at = index($text, "\nsub self_test {");
die "$script: where are the subs?\n" if $subs_at < 0;

# Runs after the script's head, with its variables.
my $ours = <<'END';

my @sections;		# [title, [X patterns], [F patterns], [N patterns]]
my $tvi = find_first_section();
while ($tvi < @typevalue) {
	my $start = find_starting_index($tvi);
	my $end = find_ending_index($tvi);
	my %p = (X => [], F => [], N => []);
	for (my $i = $start; $i < $end; $i++) {
		next unless $typevalue[$i] =~ m/^([A-Z]):\s*(.*)/;
		my ($type, $value) = ($1, $2);
		next unless exists $p{$type};
		if ($type eq 'N') {
			push(@{$p{N}}, [qr/$value/x, -1, 1]);
			next;
		}
		# As file_match_pattern() has it.
		my $slashes = substr($value, -1) eq "/" ? -1 :
			      ($value =~ tr@/@@);
		my $is_odd = $value =~ m@[][+ ]@ ||
			     $value =~ m@(^|[^\\])\.([^*]|$)@ ||
			     $value =~ m@^\.\*.+/@ || $value =~ m@.\.\*.*/$@;
		my $plain = $value =~ m@\.\*@ ? "" : $value =~ s@\\@@gr;
		push(@{$p{$type}}, [qr@^$value@, $slashes, $is_odd, $plain]);
	}
	push(@sections, [$typevalue[$start], $p{X}, $p{F}, $p{N}])
		if $end > $start;
	$tvi = $end + 1;
}

my $odd;

sub any_match {
	my ($file, $n, $patterns) = @_;
	my $found = 0;
	foreach my $p (@$patterns) {
		next if $p->[1] != -1 && $p->[1] != $n;
		next unless $file =~ $p->[0];
		$found = 1;
		$odd = 1 if $p->[2] || ($p->[1] != -1 && $p->[3] ne "" &&
					$p->[3] ne $file);
	}
	return $found;
}

while (my $file = <STDIN>) {
	chomp $file;
	my $n = ($file =~ tr@/@@);
	my @found;
	$odd = 0;
	foreach my $s (@sections) {
		my ($title, $x, $f, $names) = @$s;
		my $is = any_match($file, $n, $f);
		$is |= any_match($file, $n, $names);
		push(@found, $title =~ s/\t/\\t/gr)
			if $is && !any_match($file, $n, $x);
	}
	print($odd ? "!" : "", join("\t", $file, @found), "\n");
}
exit(0);
END

@ARGV = ("--nogit", "--nogit-fallback", "--noemail", "--nokeywords",
	 "--subsystem", "--mpath", $maintainers);
push(@ARGV, "--no-tree") unless -d "arch";
# The variables of the part in between are not declared then.
$text =~ s/^use strict;$/use feature 'say';/m;
$at = index($text, $cut);
$subs_at = index($text, "\nsub self_test {");
my $program = substr($text, 0, $at) . $ours . substr($text, $subs_at);
eval("no warnings; no strict;\n#line 1 \"$script\"\n" . $program);
die $@ if $@;
