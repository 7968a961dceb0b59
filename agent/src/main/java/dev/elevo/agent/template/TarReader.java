package dev.elevo.agent.template;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads an archive of {@code tar}, with the extensions of POSIX and GNU for long names and large numbers. */
final class TarReader {
    private static final int BLOCK = 512;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int MOST_EXTENSION = 1 << 20;

    private final InputStream in;
    private long unread;
    private long padding;

    TarReader(InputStream in) {
        this.in = in;
    }

    /** The next one, past what is unread of the last. */
    Optional<TarEntry> next() throws IOException {
        var said = new HashMap<String, String>();
        while (true) {
            skipRest();
            var header = in.readNBytes(BLOCK);
            if (header.length == 0 || (header.length == BLOCK && isEmpty(header))) {
                unread = 0;
                padding = 0;
                return Optional.empty();
            }
            check(header);
            var size = said.containsKey("size") ? decimal(said.get("size")) : number(header, 124, 12);
            var type = header[156];
            unread = type == '1' || type == '2' || type == '5' ? 0 : size;
            padding = (BLOCK - unread % BLOCK) % BLOCK;
            switch (type) {
                case 'L' -> said.put("path", text(extension()));
                case 'K' -> said.put("linkpath", text(extension()));
                case 'x' -> said.putAll(records(extension()));
                case 'g' -> extension();
                default -> {
                    return Optional.of(entry(header, said, type));
                }
            }
        }
    }

    /** Of the entry that {@link #next} gave, in parts. */
    int read(byte[] into) throws IOException {
        if (unread == 0) {
            return -1;
        }
        var read = in.read(into, 0, (int) Math.min(into.length, unread));
        if (read < 0) {
            throw cutOff();
        }
        unread -= read;
        return read;
    }

    private void skipRest() throws IOException {
        try {
            in.skipNBytes(unread + padding);
        } catch (EOFException e) {
            throw cutOff();
        }
    }

    private static EOFException cutOff() {
        return new EOFException("the archive is cut off");
    }

    private TarEntry entry(byte[] header, Map<String, String> said, byte type) throws IOException {
        var kind = switch (type) {
            case 0, '0', '7' -> TarEntry.Kind.FILE;
            case '1' -> TarEntry.Kind.HARD_LINK;
            case '2' -> TarEntry.Kind.SYMBOLIC_LINK;
            case '5' -> TarEntry.Kind.DIRECTORY;
            default -> TarEntry.Kind.OTHER;
        };
        if (said.keySet().stream().anyMatch(key -> key.startsWith("GNU.sparse."))) {
            throw new HostileArchiveException("sparse files are not understood");
        }
        return new TarEntry(
                said.getOrDefault("path", name(header)),
                kind,
                (int) number(header, 100, 8) & 07777,
                said.containsKey("uid") ? decimal(said.get("uid")) : number(header, 108, 8),
                said.containsKey("gid") ? decimal(said.get("gid")) : number(header, 116, 8),
                unread,
                number(header, 136, 12),
                said.getOrDefault("linkpath", text(Arrays.copyOfRange(header, 157, 257))));
    }

    private static String name(byte[] header) {
        var name = text(Arrays.copyOfRange(header, 0, 100));
        var isPosix = text(Arrays.copyOfRange(header, 257, 263)).equals("ustar");
        var prefix = isPosix ? text(Arrays.copyOfRange(header, 345, 500)) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private byte[] extension() throws IOException {
        if (unread > MOST_EXTENSION) {
            throw new HostileArchiveException("a header of " + unread + " bytes");
        }
        var bytes = in.readNBytes((int) unread);
        if (bytes.length != unread) {
            throw cutOff();
        }
        unread = 0;
        return bytes;
    }

    /** Each is its own length, a blank, a name, an equals sign, a value and a line end. */
    private static Map<String, String> records(byte[] bytes) throws IOException {
        var records = new HashMap<String, String>();
        for (int at = 0; at < bytes.length; ) {
            int blank = at;
            while (blank < bytes.length && bytes[blank] != ' ') {
                blank++;
            }
            var length = decimal(new String(bytes, at, blank - at, StandardCharsets.UTF_8));
            if (length <= blank - at + 1 || length > bytes.length - at) {
                throw new HostileArchiveException("a header that is no list of records");
            }
            var end = at + (int) length;
            var record = new String(bytes, blank + 1, end - blank - 2, StandardCharsets.UTF_8);
            var equals = record.indexOf('=');
            if (equals > 0) {
                records.put(record.substring(0, equals), record.substring(equals + 1));
            }
            at = end;
        }
        return records;
    }

    private static long decimal(String digits) throws IOException {
        try {
            var number = Long.parseLong(digits);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new HostileArchiveException("\"" + digits + "\" is no number");
        }
        throw new HostileArchiveException("a negative number");
    }

    /** Octal digits, or, where those do not suffice, the number itself behind a bit that is set. */
    private static long number(byte[] header, int at, int length) throws IOException {
        if ((header[at] & 0x80) != 0) {
            long number = header[at] & 0x7F;
            for (int i = at + 1; i < at + length; i++) {
                if (number >>> 55 != 0) {
                    throw new HostileArchiveException("a number too large");
                }
                number = (number << 8) | (header[i] & 0xFF);
            }
            return number;
        }
        var digits = text(Arrays.copyOfRange(header, at, at + length)).strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new HostileArchiveException("this is no archive of tar");
        }
    }

    private static void check(byte[] header) throws IOException {
        if (header.length != BLOCK) {
            throw cutOff();
        }
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LENGTH ? ' ' : header[i] & 0xFF;
        }
        if (sum != number(header, CHECKSUM_AT, CHECKSUM_LENGTH)) {
            throw new HostileArchiveException("this is no archive of tar");
        }
    }

    private static boolean isEmpty(byte[] block) {
        for (var each : block) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    private static String text(byte[] bytes) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < bytes.length && bytes[i] != 0; i++) {
            out.write(bytes[i]);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
