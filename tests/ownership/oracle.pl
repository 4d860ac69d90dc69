#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
# The sections that Linux's own scripts/get_maintainer.pl has for each path on
# standard input, in one process: "PATH<TAB>SECTION<TAB>SECTION...", sections in
# the file's order, tabs in their titles as \t.
#
#	cd linux && perl oracle.pl [MAINTAINERS] <paths
#
# It runs the script's own text: all of it up to where that turns to the files
# of its command line, and the subs behind. So MAINTAINERS is read by
# read_maintainer_file(), and sections begin and end where find_*_index() say.
# What get_maintainers() then does for each path is done here, with each pattern
# compiled once instead of at each use; verify.bash holds it against the script
# itself.
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

# Runs behind the script's head, with its variables.
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
			push(@{$p{N}}, qr/$value/x);
			next;
		}
		# As file_match_pattern() has it.
		my $slashes = substr($value, -1) eq "/" ? -1 :
			      ($value =~ tr@/@@);
		push(@{$p{$type}}, [qr@^$value@, $slashes]);
	}
	push(@sections, [$typevalue[$start], $p{X}, $p{F}, $p{N}])
		if $end > $start;
	$tvi = $end + 1;
}

sub any_match {
	my ($file, $n, $patterns) = @_;
	foreach my $p (@$patterns) {
		next if $p->[1] != -1 && $p->[1] != $n;
		return 1 if $file =~ $p->[0];
	}
	return 0;
}

while (my $file = <STDIN>) {
	chomp $file;
	my $n = ($file =~ tr@/@@);
	my @found;
	SECTION: foreach my $s (@sections) {
		my ($title, $x, $f, $names) = @$s;
		my $is = any_match($file, $n, $f);
		foreach my $name (@$names) {
			last if $is;
			$is = 1 if $file =~ $name;
		}
		next SECTION unless $is;
		push(@found, $title =~ s/\t/\\t/gr)
			unless any_match($file, $n, $x);
	}
	print(join("\t", $file, @found), "\n");
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
