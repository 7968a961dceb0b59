package dev.elevo.platform.lambda;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Targets of requests, from what they mean. */
public final class Targets {
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    /** No percent sign: the gateway has decoded the path, so one that is left stands for itself. No plus: it would become a space. */
    private static final BitSet PATH = setOf(UNRESERVED + "/!$&'()*,;=:@");
    /** The query comes still encoded, but clients send characters that a URI may not hold. */
    private static final BitSet QUERY = setOf(UNRESERVED + "/?:@!$&'()*+,;=%");

    private static final Pattern NO_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private Targets() {}

    /** As the gateway had it before it made of it what came to us. */
    static URI uri(@Nullable String decodedPath, @Nullable String rawQuery) {
        var path = encoded(withoutTrailingSlash(decodedPath));
        return URI.create(rawQuery == null || rawQuery.isEmpty() ? path : path + "?" + query(rawQuery));
    }

    /** Of a path or a piece of one: each byte of it that may not stand there for itself as an escape, and no letter as another. */
    public static String encoded(String piece) {
        return encode(piece, PATH);
    }

    /** A percent sign that begins no escape stands for itself, as far as a URI goes; the request is refused for it later. */
    private static String query(String raw) {
        return encode(raw.indexOf('%') < 0 ? raw : NO_ESCAPE.matcher(raw).replaceAll("%25"), QUERY);
    }

    /** Also takes leading slashes down to one: {@code //host/x} would be read as a URI with an authority. */
    private static String withoutTrailingSlash(@Nullable String path) {
        if (path == null) {
            return "/";
        }
        int start = 0;
        while (start < path.length() && path.charAt(start) == '/') {
            start++;
        }
        int end = path.length();
        while (end > start && path.charAt(end - 1) == '/') {
            end--;
        }
        return start == 1 && end == path.length() ? path : "/" + path.substring(start, end);
    }

    private static String encode(String text, BitSet allowed) {
        int at = 0;
        while (at < text.length() && allowed.get(text.charAt(at))) {
            at++;
        }
        if (at == text.length()) {
            return text;
        }
        var encoded = new StringBuilder(text.length() + 16);
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            int value = octet & 0xff;
            if (allowed.get(value)) {
                encoded.append((char) value);
            } else {
                encoded.append('%')
                        .append(Character.toUpperCase(Character.forDigit(value >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(value & 15, 16)));
            }
        }
        return encoded.toString();
    }

    private static BitSet setOf(String characters) {
        var set = new BitSet(128);
        characters.chars().forEach(set::set);
        return set;
    }
}
