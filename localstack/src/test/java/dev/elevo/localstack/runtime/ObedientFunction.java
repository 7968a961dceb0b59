package dev.elevo.localstack.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;

/** Does what its event says, for better or worse. The runtime interface client finds it by its name. */
public final class ObedientFunction implements RequestStreamHandler {

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        var order = new String(input.readAllBytes(), UTF_8).replace("\"", "").split(" ");
        switch (order[0]) {
            case "who" ->
                output.write((context.getAwsRequestId() + " " + context.getRemainingTimeInMillis() + " "
                                + context.getFunctionName() + " "
                                + ProcessHandle.current().pid())
                        .getBytes(UTF_8));
            case "throw" -> throw new IllegalStateException("as ordered");
            case "exit" -> Runtime.getRuntime().halt(Integer.parseInt(order[1]));
            case "hang" -> hang();
            case "call" -> {
                try (var socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(order[1]))) {
                    output.write(socket.getInputStream().read());
                }
            }
            default -> output.write(String.join(" ", order).getBytes(UTF_8));
        }
    }

    private static void hang() throws IOException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
