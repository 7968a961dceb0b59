package dev.elevo.agent.template;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Archives as no well-meaning program writes them. */
final class TarWriter {
    private static final int BLOCK = 512;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    TarWriter file(String name, String content) {
        return entry('0', name, "", 0644, content.getBytes(StandardCharsets.UTF_8));
    }

    TarWriter file(String name, int mode, String content) {
        return entry('0', name, "", mode, content.getBytes(StandardCharsets.UTF_8));
    }

    TarWriter directory(String name) {
        return entry('5', name, "", 0755, new byte[0]);
    }

    TarWriter symbolicLink(String name, String target) {
        return entry('2', name, target, 0777, new byte[0]);
    }

    TarWriter hardLink(String name, String target) {
        return entry('1', name, target, 0644, new byte[0]);
    }

    TarWriter special(char type, String name) {
        return entry(type, name, "", 0644, new byte[0]);
    }

    /** What stands before an entry and says more of it. */
    TarWriter extension(char type, String content) {
        return entry(type, "extension", "", 0644, content.getBytes(StandardCharsets.UTF_8));
    }

    /** A record of POSIX, whose length counts its own digits. */
    static String record(String key, String value) {
        var rest = " " + key + "=" + value + "\n";
        var length = rest.getBytes(StandardCharsets.UTF_8).length;
        var all = length + Integer.toString(length).length();
        all = length + Integer.toString(all).length();
        return all + rest;
    }

    byte[] bytes() {
        var copy = out.toByteArray();
        return Arrays.copyOf(copy, copy.length + 2 * BLOCK);
    }

    TarReader reader() {
        return new TarReader(new ByteArrayInputStream(bytes()));
    }

    private TarWriter entry(char type, String name, String target, int mode, byte[] content) {
        var header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "%07o".formatted(mode));
        put(header, 108, "%07o".formatted(1000));
        put(header, 116, "%07o".formatted(100));
        put(header, 124, "%011o".formatted(content.length));
        put(header, 136, "%011o".formatted(1_000_000_000));
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 157, target);
        put(header, 257, "ustar");
        put(header, 263, "00");
        int sum = 0;
        for (var each : header) {
            sum += each & 0xFF;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        out.writeBytes(header);
        out.writeBytes(content);
        out.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
        return this;
    }

    private static void put(byte[] header, int at, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
