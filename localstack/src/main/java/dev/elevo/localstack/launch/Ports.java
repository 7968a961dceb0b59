package dev.elevo.localstack.launch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Ports of this machine; of its loopback address, where no other is named. */
final class Ports {
    private Ports() {}

    static int free() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Throws where nobody could listen now: whoever wants to, later, learns it before he has started anything for it. */
    static void checkFree(String address, int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true); // connections of a run that has ended linger
            socket.bind(new InetSocketAddress(address, port));
        } catch (IOException e) {
            throw new NotStartedException("cannot listen on %s:%d: %s; ELEVO_BIND and ELEVO_PORT choose another place"
                    .formatted(address, port, e.getMessage()));
        }
    }

    static boolean answers(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException e) {
            return false; // nobody listens yet: the question's other answer
        }
    }
}
