package dev.elevo.agent.files;

import dev.elevo.agent.helper.Frame;
import dev.elevo.agent.helper.FrameBuilder;
import dev.elevo.agent.helper.HelperProtocolException;
import dev.elevo.agent.helper.RoleConnection;
import dev.elevo.contract.files.WatchOptions;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** The watch of one connection inside its sandbox, as watch.h tells it. One thread reads, any may ask. */
final class WatchServer implements Closeable {
    /** An event with the longest paths there are. */
    private static final int MOST_REPLY = 24 << 10;

    private static final long MOST_MILLIS =
            Instant.parse("9999-01-01T00:00:00Z").toEpochMilli();
    private static final List<String> KINDS = List.of("created", "modified", "deleted", "renamed", "overflow");
    private static final List<String> REASONS = List.of("requested", "timeout", "removed");

    private final RoleConnection connection;

    WatchServer(RoleConnection connection) {
        this.connection = connection;
    }

    /** @param options that were checked */
    void subscribe(int number, WatchOptions options) throws IOException {
        var exclude = Objects.requireNonNull(options.exclude());
        var frame = new FrameBuilder('s')
                .u32(number)
                .u8(Boolean.TRUE.equals(options.recursive()) ? 1 : 0)
                .u8(Objects.requireNonNull(options.events()).stream()
                        .mapToInt(event -> 1 << WatchOptions.EVENTS.indexOf(event))
                        .sum())
                .u32(Objects.requireNonNull(options.timeoutMs()))
                .text(Objects.requireNonNull(options.path()))
                .text(Objects.requireNonNullElse(options.include(), ""))
                .u32(exclude.size());
        exclude.forEach(frame::text);
        connection.send(frame.build());
    }

    void unsubscribe(int number) throws IOException {
        connection.send(new FrameBuilder('u').u32(number).build());
    }

    /** Waits as long as it takes. */
    WatchReply next() throws IOException {
        var frame = connection.receive(MOST_REPLY);
        return switch (frame.type()) {
            case 's' -> new WatchReply.Subscribed(frame.u32());
            case 'e' -> changed(frame);
            case 'u' -> new WatchReply.Ended(frame.u32(), named(REASONS, frame.u8()));
            case '!' ->
                new WatchReply.Failed(frame.u32(), named(List.of(WatchReply.Whose.values()), frame.u8()), frame.u32());
            default -> throw new HelperProtocolException("unexpected frame " + frame.type());
        };
    }

    private static WatchReply changed(Frame frame) throws HelperProtocolException {
        var number = frame.u32();
        var kind = named(KINDS, frame.u8());
        var directory = frame.u8() != 0;
        var at = frame.u64();
        if (at < 0 || at > MOST_MILLIS) {
            throw new HelperProtocolException("a time " + at);
        }
        var path = frame.text();
        var old = frame.text();
        return new WatchReply.Changed(
                number, kind, directory, Instant.ofEpochMilli(at), path, old.isEmpty() ? null : old);
    }

    private static <T> T named(List<T> names, int number) throws HelperProtocolException {
        if (number >= names.size()) {
            throw new HelperProtocolException("number " + number + " out of bounds");
        }
        return names.get(number);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
