package dev.elevo.agent.sandbox;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program that is the internet: an echo on port 80 of every address that it is given, and on port 53 of the first of them a name
 * server, for names as {@code name=address,address} and {@code name>other}. It says a line when it is ready.
 */
final class FakeInternet {
    private static final int NO_SUCH_NAME = 3;
    private static final int SECONDS = 60;

    private final Map<String, String> names = new HashMap<>();
    private final Map<String, String> others = new HashMap<>();

    private FakeInternet() {}

    public static void main(String[] words) throws IOException {
        var internet = new FakeInternet();
        var addresses = List.of(words[0].split(",", -1));
        for (var word : Arrays.asList(words).subList(1, words.length)) {
            var isOther = word.indexOf('>') > 0;
            var parts = word.split("[=>]", 2);
            (isOther ? internet.others : internet.names).put(parts[0], parts[1]);
        }
        for (var address : addresses) {
            var server = new ServerSocket(80, 50, InetAddress.getByName(address));
            Thread.ofPlatform().start(() -> internet.echo(server));
        }
        var datagrams = new DatagramSocket(53, InetAddress.getByName(addresses.getFirst()));
        var streams = new ServerSocket(53, 50, InetAddress.getByName(addresses.getFirst()));
        Thread.ofPlatform().start(() -> internet.answerDatagrams(datagrams));
        Thread.ofPlatform().start(() -> internet.answerStreams(streams));
        System.out.println("ready");
    }

    @SuppressWarnings("InfiniteLoopStatement") // it is ended by the test
    private void echo(ServerSocket server) {
        try {
            for (; ; ) {
                var socket = server.accept();
                Thread.ofVirtual().start(() -> echo(socket));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            System.err.println("a connection was cut: " + e.getMessage());
        }
    }

    @SuppressWarnings("InfiniteLoopStatement")
    private void answerDatagrams(DatagramSocket socket) {
        try {
            for (; ; ) {
                var packet = new DatagramPacket(new byte[512], 512);
                socket.receive(packet);
                var answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("InfiniteLoopStatement")
    private void answerStreams(ServerSocket server) {
        try {
            for (; ; ) {
                try (var socket = server.accept()) {
                    var in = new DataInputStream(socket.getInputStream());
                    var answer = answer(in.readNBytes(in.readUnsignedShort()));
                    socket.getOutputStream()
                            .write(ByteBuffer.allocate(answer.length + 2)
                                    .putShort((short) answer.length)
                                    .put(answer)
                                    .array());
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What it is asked has one question, from a client that we wrote, or perl's in the sandbox. */
    private byte[] answer(byte[] question) throws IOException {
        var name = new StringBuilder();
        var at = 12;
        for (; question[at] != 0; at += question[at] + 1) {
            name.append(name.isEmpty() ? "" : ".")
                    .append(new String(question, at + 1, question[at], StandardCharsets.ISO_8859_1));
        }
        var asked = name.toString();
        var records = ByteBuffer.allocate(2000);
        var count = 0;
        var found = asked;
        for (; others.containsKey(found); count++) {
            var target = wire(others.get(found));
            records.put(wire(found)).putShort((short) 5).putShort((short) 1).putInt(SECONDS);
            records.putShort((short) target.length).put(target);
            found = others.get(found);
        }
        for (var address : names.getOrDefault(found, "").split(",", -1)) {
            if (!address.isEmpty()) {
                records.put(wire(found)).putShort((short) 1).putShort((short) 1).putInt(SECONDS);
                records.putShort((short) 4).put(InetAddress.getByName(address).getAddress());
                count++;
            }
        }
        return ByteBuffer.allocate(at + 5 + records.position())
                .putShort(ByteBuffer.wrap(question).getShort(0))
                .putShort((short) (0x8180 | (count == 0 ? NO_SUCH_NAME : 0)))
                .putShort((short) 1)
                .putShort((short) count)
                .putInt(0)
                .put(question, 12, at + 5 - 12)
                .put(records.flip())
                .array();
    }

    private static byte[] wire(String name) {
        var wire = ByteBuffer.allocate(name.length() + 2);
        for (var label : name.split("\\.", -1)) {
            wire.put((byte) label.length()).put(label.getBytes(StandardCharsets.ISO_8859_1));
        }
        return wire.put((byte) 0).array();
    }
}
