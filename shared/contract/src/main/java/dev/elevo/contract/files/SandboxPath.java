package dev.elevo.contract.files;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Excerpt;
import dev.elevo.contract.Failure;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Map;

/**
 * A path as clients write it, and as it is meant: without {@code .} and {@code ..}, which are resolved by name. That is a courtesy
 * and no wall: where the path leads is decided by the kernel, inside the sandbox.
 */
public final class SandboxPath {
    public static final String ROOT = "/";

    private static final int MOST = 4096;
    private static final int MOST_OF_A_NAME = 255;

    private SandboxPath() {}

    /** The path without detours, or 3006. */
    public static String normal(String path) {
        if (!path.startsWith("/")) {
            throw refused(path, "A path begins with a slash").asException();
        }
        if (path.length() > MOST) {
            throw refused(path, "A path has at most " + MOST + " characters").asException();
        }
        if (path.indexOf('\0') >= 0 || !isText(path)) {
            throw refused(path, "A path is text without a NUL").asException();
        }
        var names = new ArrayDeque<String>();
        for (var name : path.split("/")) {
            switch (name) {
                case "", "." -> {}
                case ".." -> {
                    if (names.pollLast() == null) {
                        throw refused(path, "The path leaves the root").asException();
                    }
                }
                default -> names.add(checked(name, path));
            }
        }
        return ROOT + String.join("/", names);
    }

    private static String checked(String name, String path) {
        if (name.length() > MOST_OF_A_NAME) {
            throw refused(path, "A name has at most " + MOST_OF_A_NAME + " characters")
                    .asException();
        }
        return name;
    }

    /** The last name of a normal path; the root's is its slash. */
    public static String name(String normal) {
        return normal.equals(ROOT) ? ROOT : normal.substring(normal.lastIndexOf('/') + 1);
    }

    /** The directory of a normal path. */
    public static String parent(String normal) {
        var slash = normal.lastIndexOf('/');
        return slash == 0 ? ROOT : normal.substring(0, slash);
    }

    public static String child(String normal, String relative) {
        return normal.equals(ROOT) ? ROOT + relative : normal + "/" + relative;
    }

    /** Half a surrogate pair is no character, and no bytes of a name stand for it. */
    private static boolean isText(String path) {
        try {
            StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(path));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static Failure refused(String path, String message) {
        return new Failure.Refused(ErrorCode.INVALID_PATH, message, Map.of("path", Excerpt.of(path)));
    }
}
