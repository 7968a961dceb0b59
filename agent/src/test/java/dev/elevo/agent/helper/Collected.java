package dev.elevo.agent.helper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Everything a process wrote, and its end; checks on the way that no byte is missing or repeated. */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way; nobody compares them
record Collected(byte[] stdout, byte[] stderr, Reply.Ended end) {

    static Collected of(HelperProcess process) throws IOException {
        var stdout = new ByteArrayOutputStream();
        var stderr = new ByteArrayOutputStream();
        for (; ; ) {
            switch (process.next()) {
                case Reply.Output(var stream, var offset, var data) -> {
                    var sink = stream == OutputStreamName.STDOUT ? stdout : stderr;
                    if (offset != sink.size()) {
                        throw new AssertionError(stream + " went on at " + offset + " after " + sink.size());
                    }
                    sink.writeBytes(data);
                    process.acknowledge(stdout.size(), stderr.size());
                }
                case Reply.Ended end -> {
                    process.forget();
                    return new Collected(stdout.toByteArray(), stderr.toByteArray(), end);
                }
                case Reply.StdinAccepted accepted -> throw new AssertionError("not for callers: " + accepted);
            }
        }
    }

    String out() {
        return new String(stdout, StandardCharsets.UTF_8);
    }

    String err() {
        return new String(stderr, StandardCharsets.UTF_8);
    }
}
