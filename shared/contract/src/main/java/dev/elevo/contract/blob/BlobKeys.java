package dev.elevo.contract.blob;

import java.util.regex.Pattern;

/** What may be a key, in every kind of store: nothing of it leads anywhere else. */
public final class BlobKeys {
    private static final int LONGEST = 512;
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");

    private BlobKeys() {}

    public static String check(String key) {
        if (key.length() > LONGEST || !KEY.matcher(key).matches()) {
            throw new IllegalArgumentException("no key of a blob: " + key);
        }
        return key;
    }

    public static String checkPrefix(String prefix) {
        if (!prefix.isEmpty()) {
            if (!prefix.endsWith("/")) {
                throw new IllegalArgumentException("no prefix of blobs: " + prefix);
            }
            check(prefix.substring(0, prefix.length() - 1));
        }
        return prefix;
    }
}
