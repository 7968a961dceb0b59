package dev.elevo.functions.files;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import io.micronaut.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A body of the type {@code multipart/form-data} (RFC 7578), taken apart. */
final class Multipart {
    private static final Pattern BOUNDARY =
            Pattern.compile(";\\s*boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70}))", Pattern.CASE_INSENSITIVE);
    private static final Pattern PARAMETER = Pattern.compile(
            ";\\s*(name|filename)=(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s;\"]+))", Pattern.CASE_INSENSITIVE);
    private static final String DISPOSITION = "content-disposition:";
    private static final int MOST_PARTS = 100;
    private static final byte[] END_OF_HEADERS = {'\r', '\n', '\r', '\n'};

    private Multipart() {}

    /** @param fileName as the client calls it */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way; nobody compares them
    record Part(String name, @Nullable String fileName, byte[] content) {}

    static List<Part> parse(HttpRequest<?> request, byte[] body) {
        var type = request.getHeaders().get("Content-Type");
        var boundary = BOUNDARY.matcher(type == null ? "" : type);
        if (!boundary.find()) {
            throw unreadable("The form names no boundary");
        }
        var name = boundary.group(1) == null ? boundary.group(2) : boundary.group(1);
        return parse(body, ("\r\n--" + name).getBytes(StandardCharsets.ISO_8859_1));
    }

    private static List<Part> parse(byte[] body, byte[] delimiter) {
        var parts = new ArrayList<Part>();
        // The first one may stand at the very beginning, without a line before it.
        var at = startsWith(body, delimiter) ? delimiter.length - 2 : after(body, delimiter, 0);
        while (!isLast(body, at)) {
            var start = afterLine(body, at);
            var end = find(body, delimiter, Math.max(0, start - 2));
            if (end < 0 || parts.size() == MOST_PARTS) {
                throw unreadable("The form does not end");
            }
            parts.add(part(body, start, Math.max(start, end)));
            at = end + delimiter.length;
        }
        return parts;
    }

    private static boolean startsWith(byte[] body, byte[] delimiter) {
        var length = delimiter.length - 2;
        return body.length >= length && Arrays.equals(body, 0, length, delimiter, 2, delimiter.length);
    }

    private static int after(byte[] body, byte[] delimiter, int from) {
        var found = find(body, delimiter, from);
        if (found < 0) {
            throw unreadable("The form holds no part");
        }
        return found + delimiter.length;
    }

    private static boolean isLast(byte[] body, int at) {
        return at + 1 < body.length && body[at] == '-' && body[at + 1] == '-';
    }

    /** White space may follow the boundary. */
    private static int afterLine(byte[] body, int at) {
        var i = at;
        while (i < body.length && (body[i] == ' ' || body[i] == '\t')) {
            i++;
        }
        if (i + 1 >= body.length || body[i] != '\r' || body[i + 1] != '\n') {
            throw unreadable("A part of the form does not begin on a line of its own");
        }
        return i + 2;
    }

    private static Part part(byte[] body, int start, int end) {
        var headersEnd = find(body, END_OF_HEADERS, start);
        if (headersEnd < 0 || headersEnd > end) {
            throw unreadable("A part of the form has no headers");
        }
        var headers = new String(body, start, headersEnd - start, StandardCharsets.UTF_8);
        for (var line : headers.split("\r\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith(DISPOSITION)) {
                return part(line, Arrays.copyOfRange(body, Math.min(headersEnd + 4, end), end));
            }
        }
        throw unreadable("A part of the form has no name");
    }

    private static Part part(String disposition, byte[] content) {
        String name = null;
        String fileName = null;
        var parameter = PARAMETER.matcher(disposition);
        while (parameter.find()) {
            var value = parameter.group(2) == null ? parameter.group(3) : unquoted(parameter.group(2));
            if (parameter.group(1).equalsIgnoreCase("name")) {
                name = value;
            } else {
                fileName = value;
            }
        }
        if (name == null) {
            throw unreadable("A part of the form has no name");
        }
        return new Part(name, fileName, content);
    }

    /** Browsers escape quotes by percent signs, others by a backslash; a backslash before anything else is one. */
    private static String unquoted(String quoted) {
        return quoted.replace("\\\"", "\"").replace("%22", "\"");
    }

    private static int find(byte[] body, byte[] wanted, int from) {
        for (int i = from; i <= body.length - wanted.length; i++) {
            if (body[i] == wanted[0] && Arrays.equals(body, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }

    private static RuntimeException unreadable(String message) {
        return new Failure.Refused(ErrorCode.INVALID_REQUEST, message).asException();
    }
}
