package dev.elevo.agent.http;

import dev.elevo.agent.files.BrokenTransferException;
import dev.elevo.agent.files.Download;
import dev.elevo.contract.files.Attachment;
import dev.elevo.contract.files.FileInfo;
import dev.elevo.contract.files.MediaTypes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A file on its way to a client, who is written to no faster than he reads. */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class FileTransfer implements Download {
    private static final int CHUNK = 256 << 10;
    private static final long STALL_SECONDS = 60;

    private final ChannelHandlerContext client;
    private final HttpHeaders asked;
    private final boolean headOnly;
    private final long offset;
    private final long length;
    private final boolean named;
    private boolean begun;
    private boolean whole = true;
    private @Nullable ByteBuf chunk;
    /** What was written and not yet waited for, in its order. */
    private final ArrayDeque<ChannelFuture> ahead = new ArrayDeque<>();

    /**
     * @param length of the part that was asked for, or {@link Long#MAX_VALUE}
     * @param named whether the answer says by its name what the file is
     */
    FileTransfer(
            ChannelHandlerContext client,
            HttpHeaders asked,
            boolean headOnly,
            long offset,
            long length,
            boolean named) {
        this.client = client;
        this.asked = asked;
        this.headOnly = headOnly;
        this.offset = offset;
        this.length = length;
        this.named = named;
    }

    /** Whether the client has been told that it gets the file. */
    boolean hasBegun() {
        return begun;
    }

    @Override
    public Part choose(FileInfo file) {
        var there = Math.min(length, Math.max(0, file.size() - offset));
        var range = range(file, there);
        if (range == null) {
            return headOnly ? new Part(offset, 0) : new Part(offset, length);
        }
        whole = false;
        if (!range.isSatisfiable() || range.first() >= there) {
            throw new UnsatisfiableRangeException(there);
        }
        return new Part(offset + range.first(), range.length());
    }

    /** Of the part that the address stands for; none when the file has changed since the client saw it. */
    private @Nullable ByteRange range(FileInfo file, long size) {
        var header = asked.get(HttpHeaderNames.RANGE);
        var condition = asked.get(HttpHeaderNames.IF_RANGE);
        if (header == null || headOnly || (condition != null && !condition.equals(tag(file)))) {
            return null;
        }
        return ByteRange.of(header, size).orElse(null);
    }

    private static String tag(FileInfo file) {
        return "\"" + Long.toHexString(file.modifiedAt().toEpochMilli()) + "-" + Long.toHexString(file.size()) + "\"";
    }

    @Override
    public void begin(FileInfo file, long size, Part part, long partLength) {
        var response = new DefaultHttpResponse(
                HttpVersion.HTTP_1_1, whole ? HttpResponseStatus.OK : HttpResponseStatus.PARTIAL_CONTENT);
        var there = Math.min(length, Math.max(0, size - offset));
        response.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, headOnly ? there : partLength)
                .set(HttpHeaderNames.CONTENT_TYPE, named ? MediaTypes.of(file.name()) : MediaTypes.UNKNOWN)
                .set(HttpHeaderNames.CONTENT_DISPOSITION, Attachment.named(file.name()))
                .set(HttpHeaderNames.ACCEPT_RANGES, HttpHeaderValues.BYTES)
                .set(HttpHeaderNames.ETAG, tag(file))
                .set(
                        HttpHeaderNames.LAST_MODIFIED,
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                file.modifiedAt().atOffset(ZoneOffset.UTC)))
                .set("X-Content-Type-Options", "nosniff");
        if (!whole) {
            var first = part.offset() - offset;
            response.headers()
                    .set(
                            HttpHeaderNames.CONTENT_RANGE,
                            "bytes " + first + "-" + (first + partLength - 1) + "/" + there);
        }
        begun = true;
        client.write(response);
    }

    @Override
    public ByteBuffer room() {
        var fresh = client.alloc().directBuffer(CHUNK);
        chunk = fresh;
        return fresh.nioBuffer(0, CHUNK);
    }

    @Override
    public void filled(int bytes) throws IOException, InterruptedException {
        var full = chunk;
        if (full == null) {
            throw new IllegalStateException("nothing was filled");
        }
        chunk = null;
        ahead.add(client.writeAndFlush(new DefaultHttpContent(full.writerIndex(bytes))));
        // Not for all of it: there is something to send while the next piece is read.
        while (!client.channel().isWritable() && !ahead.isEmpty()) {
            await(ahead.remove());
        }
        while (!ahead.isEmpty() && ahead.peek().isSuccess()) {
            ahead.remove();
        }
    }

    @Override
    public void end() throws IOException, InterruptedException {
        await(client.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT));
    }

    /** However slowly the client reads, as long as it does. */
    private void await(ChannelFuture written) throws IOException, InterruptedException {
        var before = pendingBytes();
        while (!written.await(STALL_SECONDS, TimeUnit.SECONDS)) {
            var now = pendingBytes();
            if (now >= before) {
                throw new BrokenTransferException("the client does not read");
            }
            before = now;
        }
        if (!written.isSuccess()) {
            throw new ClosedChannelException();
        }
    }

    private long pendingBytes() {
        var buffer = client.channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /** What was not sent is given back. */
    void release() {
        var unsent = chunk;
        chunk = null;
        if (unsent != null) {
            unsent.release();
        }
    }

    /** 416: the file has no byte of what the client asks for. */
    static final class UnsatisfiableRangeException extends RuntimeException {
        private final long size;

        UnsatisfiableRangeException(long size) {
            super("of " + size + " bytes", null, false, false);
            this.size = size;
        }

        long size() {
            return size;
        }
    }
}
