package dev.elevo.agent.health;

import dev.elevo.agent.helper.FailedStep;
import dev.elevo.agent.helper.Helper;
import dev.elevo.agent.helper.HelperRefusal;
import dev.elevo.agent.helper.PortConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A server says yes, or where to go instead. Nothing is read of its answer but the first line. */
record HttpProbe(Path helperSocket, int port, String path) implements Probe {
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: .*)?\r?");
    private static final int MOST_STATUS_LINE = 1024;
    private static final int FIRST_GOOD = 200;
    private static final int FIRST_BAD = 400;

    @Override
    public boolean passes() throws IOException {
        try (var helper = new Helper(helperSocket);
                var connection = helper.connect(port)) {
            connection.write(ByteBuffer.wrap(request().getBytes(StandardCharsets.US_ASCII)));
            var line = STATUS_LINE.matcher(firstLine(connection));
            if (!line.matches()) {
                return false;
            }
            var status = Integer.parseInt(line.group(1));
            return status >= FIRST_GOOD && status < FIRST_BAD;
        } catch (HelperRefusal refusal) {
            if (refusal.step() == FailedStep.CONNECT) {
                return false;
            }
            throw refusal;
        }
    }

    private String request() {
        return "GET " + encoded() + " HTTP/1.1\r\nHost: localhost:" + port
                + "\r\nUser-Agent: elevo-health-check\r\nAccept: */*\r\nConnection: close\r\n\r\n";
    }

    /** Nothing in a path ends the line it stands in. */
    private String encoded() {
        var encoded = new StringBuilder();
        for (var octet : path.getBytes(StandardCharsets.UTF_8)) {
            if (octet > ' ' && octet < 0x7F) {
                encoded.append((char) octet);
            } else {
                encoded.append("%%%02X".formatted(octet & 0xFF));
            }
        }
        return encoded.toString();
    }

    private static String firstLine(PortConnection connection) throws IOException {
        var bytes = ByteBuffer.allocate(MOST_STATUS_LINE);
        while (bytes.hasRemaining() && connection.read(bytes) >= 0) {
            var text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
            var end = text.indexOf('\n');
            if (end >= 0) {
                return text.substring(0, end);
            }
        }
        return "";
    }
}
