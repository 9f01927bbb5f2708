#!/usr/bin/perl
# Two TAP interfaces -> one Ethernet that loses, delays and reorders frames, for kernels without `tc netem`.
#
# lossy_link.pl NAME NAME LOSS-PERCENT DELAY-MS JITTER-MS SEED; it says `ready` when both interfaces are there, which
# may then be moved into network namespaces.
use strict;
use warnings;
use IO::Handle;
use Time::HiRes qw(time);

my ($one, $other, $loss, $delay, $jitter, $seed) = @ARGV;
srand($seed);
my @ends = (tap($one), tap($other));
STDOUT->autoflush(1);
print "ready\n";

my @queue;    # [when, end, frame], by time
while (1) {
    my $wait = @queue ? $queue[0][0] - time : 1;
    my $ready = '';
    vec($ready, fileno($_), 1) = 1 for @ends;
    select($ready, undef, undef, $wait > 0 ? $wait : 0);
    for my $end (0, 1) {
        next unless vec($ready, fileno($ends[$end]), 1);
        my $length = sysread($ends[$end], my $frame, 65536) or next;
        next if rand(100) < $loss;
        my $when = time + ($delay + rand($jitter)) / 1000;
        my $at = @queue;
        $at-- while $at > 0 && $queue[$at - 1][0] > $when;
        splice(@queue, $at, 0, [$when, 1 - $end, $frame]);
    }
    while (@queue && $queue[0][0] <= time) {
        my (undef, $end, $frame) = @{shift @queue};
        syswrite($ends[$end], $frame);    # an interface that is down takes nothing, which is a loss too
    }
}

sub tap {
    my ($name) = @_;
    open(my $file, '+<:raw', '/dev/net/tun') or die "/dev/net/tun: $!\n";
    # linux/if_tun.h: TUNSETIFF with IFF_TAP | IFF_NO_PI
    ioctl($file, 0x400454ca, pack('a16 s x22', $name, 0x1002)) or die "$name: $!\n";
    return $file;
}
