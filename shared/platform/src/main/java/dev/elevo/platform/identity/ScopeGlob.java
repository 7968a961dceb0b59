package dev.elevo.platform.identity;

/** Matches a granted scope, which may be a glob, against a required one: {@code *} is any run, {@code ?} one character. */
final class ScopeGlob {
    private ScopeGlob() {}

    /**
     * Goes back at most to the last star, so a hostile pattern of many stars costs no more than the product of both lengths;
     * a regular expression could be made to explode.
     */
    static boolean matches(String glob, String text) {
        return matches(glob, text, false);
    }

    /** Whether the glob says all that the other glob says; of that, a star counts only as covered by a star. */
    static boolean covers(String glob, String other) {
        return matches(glob, other, true);
    }

    private static boolean matches(String glob, String text, boolean textIsGlob) {
        int g = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length()) {
            if (g < glob.length() && glob.charAt(g) == '*') {
                star = g++;
                resume = t;
            } else if (g < glob.length() && isOne(glob.charAt(g), text.charAt(t), textIsGlob)) {
                g++;
                t++;
            } else if (star >= 0) {
                g = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (g < glob.length() && glob.charAt(g) == '*') {
            g++;
        }
        return g == glob.length();
    }

    private static boolean isOne(char ofGlob, char character, boolean textIsGlob) {
        return (ofGlob == '?' || ofGlob == character) && !(textIsGlob && character == '*');
    }
}
