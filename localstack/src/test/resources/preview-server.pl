#!/usr/bin/perl
# What the tests of previews talk to: one process per connection, one request per connection.
use strict;
use warnings;
use IO::Socket::INET;
use Digest::MD5;
use Digest::SHA;
use MIME::Base64;

$SIG{CHLD} = 'IGNORE';
$SIG{PIPE} = 'IGNORE';
my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $ARGV[0], Listen => 128, ReuseAddr => 1)
    or die "no listener: $!";

while (my $client = $listener->accept) {
    next if fork;
    binmode $client;
    $client->autoflush(1);
    serve($client);
    exit 0;
}

sub reply {
    my ($out, $body, @headers) = @_;
    print $out join("\r\n", 'HTTP/1.1 200 OK', 'Content-Length: ' . length($body), @headers, '', $body);
}

sub read_body {
    my ($in, $head) = @_;
    my $sum = Digest::MD5->new;
    my $total = 0;
    my $take = sub {
        my ($left) = @_;
        while ($left > 0) {
            my $got = read($in, my $bytes, $left > 65536 ? 65536 : $left);
            last unless $got;
            $sum->add($bytes);
            $total += $got;
            $left -= $got;
        }
    };
    if ($head =~ /^Content-Length: (\d+)/mi) {
        $take->($1);
    } elsif ($head =~ /^Transfer-Encoding: chunked/mi) {
        while (my $size = hex(<$in> // '0')) {
            $take->($size);
            <$in>;
        }
        <$in>;
    }
    return "$total " . $sum->hexdigest;
}

sub serve {
    my ($io) = @_;
    local $/ = "\n";
    my $head = '';
    while (my $line = <$io>) {
        last if $line eq "\r\n";
        $head .= $line;
    }
    my ($method, $target) = $head =~ /^(\S+) (\S+)/ or return;
    my ($path, $query) = split /\?/, $target, 2;
    if ($method eq 'HEAD') {
        print $io "HTTP/1.1 200 OK\r\nContent-Length: 12345\r\nX-Seen: head\r\n\r\n";
    } elsif ($path eq '/sse') {
        print $io "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n";
        select undef, undef, undef, 0.01 until -e '/tmp/go';
        print $io "data: two\n\n";
    } elsif ($path eq '/go') {
        open my $go, '>', '/tmp/go';
        reply($io, 'gone');
    } elsif ($path eq '/big') {
        print $io "HTTP/1.1 200 OK\r\nContent-Length: $query\r\n\r\n";
        my $part = join '', map { chr($_ % 251) } 0 .. 65535;
        for (my $left = $query; $left > 0; $left -= 65536) {
            print $io $left < 65536 ? substr($part, 0, $left) : $part;
        }
    } elsif ($path eq '/upload') {
        print $io "HTTP/1.1 100 Continue\r\n\r\n" if $head =~ /^Expect: 100-continue/mi;
        reply($io, read_body($io, $head));
    } elsif ($path eq '/chunked') {
        print $io "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n";
    } elsif ($path eq '/cut') {
        print $io "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this";
    } elsif ($path eq '/silent') {
    } elsif ($path eq '/garbage') {
        print $io "this is no HTTP at all\r\n\r\n";
    } elsif ($path eq '/cookies') {
        reply($io, 'baked', 'Set-Cookie: mine=1; Path=/; Domain=localhost; HttpOnly', 'Set-Cookie: elevo_preview=stolen; Path=/',
            'Strict-Transport-Security: max-age=1', 'Clear-Site-Data: "*"', 'Service-Worker-Allowed: /');
    } elsif ($path eq '/ws') {
        my ($key) = $head =~ /^Sec-WebSocket-Key: (\S+)/mi;
        my $accept = encode_base64(Digest::SHA::sha1($key . '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'), '');
        print $io "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: $accept\r\n\r\n";
        while (read($io, my $start, 2) == 2) {
            my ($first, $length) = unpack 'CC', $start;
            $length &= 127;
            read($io, my $mask, 4);
            read($io, my $data, $length) if $length;
            $data = substr($data ^ ($mask x 32), 0, $length);
            print $io pack('CC', $first, $length) . $data;
            last if ($first & 15) == 8;
        }
    } else {
        reply($io, $head, 'X-Upstream: perl');
    }
}
