package dev.elevo.agent.dns;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/** Asks other name servers, each question from a port of its own: who would answer in their place has to guess it. */
final class Upstream {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int ATTEMPTS = 3;
    /** Three of them end before whoever asked us gives up. */
    private static final int PATIENCE_MILLIS = 1500;

    private static final int LONGEST = 0xffff;

    private Upstream() {}

    /** The first that answers at all is believed. */
    static Answer ask(List<InetSocketAddress> servers, String name) throws IOException {
        var failure = new IOException("no name server to ask");
        for (var i = 0; i < ATTEMPTS && !servers.isEmpty(); i++) {
            var server = servers.get(i % servers.size());
            try {
                return ask(server, Question.forAddressOf(name, RANDOM.nextInt(LONGEST + 1)));
            } catch (IOException e) {
                failure = new IOException(server + " gives no answer", e);
            }
        }
        throw failure;
    }

    private static Answer ask(InetSocketAddress server, Question question) throws IOException {
        var answer = byDatagram(server, question);
        return answer.isCut() ? byStream(server, question) : answer;
    }

    private static Answer byDatagram(InetSocketAddress server, Question question) throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.connect(server); // what others send is not for us then
            var asked = question.asked();
            socket.send(new DatagramPacket(asked, asked.length));
            var packet = new DatagramPacket(new byte[LONGEST], LONGEST);
            var deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
            for (; ; ) {
                socket.setSoTimeout(left(deadline));
                packet.setLength(LONGEST);
                socket.receive(packet);
                try {
                    return Answer.read(Arrays.copyOf(packet.getData(), packet.getLength()), question);
                } catch (MalformedMessageException notTheAnswer) {
                    // Somebody guesses; the answer may still come.
                    left(deadline);
                }
            }
        }
    }

    private static int left(long deadline) throws SocketTimeoutException {
        var millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException("no answer in " + PATIENCE_MILLIS + " ms");
        }
        return (int) millis;
    }

    private static Answer byStream(InetSocketAddress server, Question question) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(server, PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            var asked = question.asked();
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(asked.length + 2)
                            .putShort((short) asked.length)
                            .put(asked)
                            .array());
            var in = new DataInputStream(socket.getInputStream());
            return Answer.read(in.readNBytes(in.readUnsignedShort()), question);
        }
    }
}
