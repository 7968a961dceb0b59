package dev.elevo.agent.dns;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the names that one sandbox may know, and sees to it that an address can be reached before it is told. Of everything else
 * there is no such name, and of a name there is nothing but IPv4 addresses.
 */
public final class NameServer implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(NameServer.class);
    private static final int LONGEST_QUESTION = 512;
    private static final int MOST_AT_ONCE = 64;
    private static final int MOST_CONNECTIONS = 8;
    private static final int MOST_PER_CONNECTION = 100;
    private static final int PATIENCE_MILLIS = 5000;
    private static final int LONGEST_SECONDS = 3600;

    /** Who decides what the sandbox may know. */
    public interface Guard {
        /**
         * Whether there is such a name for it.
         *
         * @param name in small letters, without a dot at its end
         */
        boolean knows(String name);

        List<InetSocketAddress> servers() throws IOException;

        /**
         * Opens the way to what a name was found to be.
         *
         * @param told how long whoever is told may keep it
         * @return what may be told
         */
        List<Inet4Address> admit(String name, List<Inet4Address> found, Duration told) throws IOException;
    }

    private final DatagramSocket datagrams;
    private final ServerSocket streams;
    private final InetAddress client;
    private final Guard guard;
    /** More than this nobody needs, and whoever floods us gets no more of the agent. */
    private final Semaphore atOnce = new Semaphore(MOST_AT_ONCE);

    private final Semaphore connections = new Semaphore(MOST_CONNECTIONS);
    private final Complaints complaints = new Complaints(LOG, System::nanoTime);

    private NameServer(DatagramSocket datagrams, ServerSocket streams, InetAddress client, Guard guard) {
        this.datagrams = datagrams;
        this.streams = streams;
        this.client = client;
        this.guard = guard;
    }

    /**
     * Begins to answer.
     *
     * @param client the only one that is answered
     */
    public static NameServer open(InetSocketAddress at, InetAddress client, Guard guard) throws IOException {
        var datagrams = new DatagramSocket(at);
        try {
            var streams = new ServerSocket(at.getPort(), MOST_CONNECTIONS, at.getAddress());
            var server = new NameServer(datagrams, streams, client, guard);
            Thread.ofVirtual().name("names-" + client.getHostAddress()).start(server::serveDatagrams);
            Thread.ofVirtual().name("names-" + client.getHostAddress()).start(server::serveStreams);
            return server;
        } catch (IOException e) {
            datagrams.close();
            throw e;
        }
    }

    private void serveDatagrams() {
        var packet = new DatagramPacket(new byte[LONGEST_QUESTION], LONGEST_QUESTION);
        while (!datagrams.isClosed()) {
            try {
                packet.setLength(LONGEST_QUESTION);
                datagrams.receive(packet);
                var message = Arrays.copyOf(packet.getData(), packet.getLength());
                var from = (InetSocketAddress) packet.getSocketAddress();
                if (client.equals(from.getAddress()) && atOnce.tryAcquire()) {
                    Thread.ofVirtual().start(() -> answer(message, from));
                }
            } catch (IOException e) {
                complain(datagrams.isClosed(), e);
            }
        }
    }

    private void answer(byte[] message, InetSocketAddress to) {
        try {
            var answer = answerTo(message);
            if (answer.length > 0) {
                datagrams.send(new DatagramPacket(answer, answer.length, to));
            }
        } catch (IOException e) {
            complain(datagrams.isClosed(), e);
        } finally {
            atOnce.release();
        }
    }

    private void serveStreams() {
        while (!streams.isClosed()) {
            try {
                var socket = streams.accept();
                if (client.equals(socket.getInetAddress()) && connections.tryAcquire()) {
                    Thread.ofVirtual().start(() -> serve(socket));
                } else {
                    socket.close();
                }
            } catch (IOException e) {
                complain(streams.isClosed(), e);
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            var in = new DataInputStream(socket.getInputStream());
            for (var i = 0; i < MOST_PER_CONNECTION && !streams.isClosed(); i++) {
                var length = in.readUnsignedShort();
                if (length > LONGEST_QUESTION) {
                    return;
                }
                var answer = answerTo(in.readNBytes(length));
                if (answer.length == 0) {
                    return;
                }
                socket.getOutputStream()
                        .write(ByteBuffer.allocate(answer.length + 2)
                                .putShort((short) answer.length)
                                .put(answer)
                                .array());
            }
        } catch (IOException e) {
            complain(true, e);
        } finally {
            connections.release();
        }
    }

    private void complain(boolean isUsual, IOException e) {
        if (isUsual) {
            LOG.debug("a question for names was not answered: {}", e.toString());
        } else {
            complaints.add("a question for names of " + client.getHostAddress() + " was not answered", e);
        }
    }

    private byte[] answerTo(byte[] message) {
        Question question;
        try {
            question = Question.read(message);
        } catch (MalformedMessageException e) {
            return Question.complaint(message);
        }
        if (!guard.knows(question.name())) {
            return question.failed(Question.NAME_ERROR);
        }
        if (!question.isForAddress()) {
            return question.answered(List.of(), 0);
        }
        try {
            return found(question);
        } catch (IOException | RuntimeException e) {
            complaints.add("no addresses for " + question.name() + ", asked by " + client.getHostAddress(), e);
            return question.failed(Question.SERVER_FAILURE);
        }
    }

    private byte[] found(Question question) throws IOException {
        var answer = Upstream.ask(guard.servers(), question.name());
        if (answer.code() != 0 || answer.isCut()) {
            return question.failed(
                    answer.code() == Question.NAME_ERROR ? Question.NAME_ERROR : Question.SERVER_FAILURE);
        }
        var seconds = Math.min(answer.seconds(), LONGEST_SECONDS);
        var found = answer.addresses().stream().limit(Question.MOST_ADDRESSES).toList();
        return question.answered(guard.admit(question.name(), found, Duration.ofSeconds(seconds)), seconds);
    }

    @Override
    public void close() throws IOException {
        datagrams.close();
        streams.close();
    }
}
