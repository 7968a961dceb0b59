package dev.elevo.contract;

/** So much of what a client sent as an error repeats. */
public final class Excerpt {
    private static final int LONGEST = 200;

    private Excerpt() {}

    public static String of(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }
}
