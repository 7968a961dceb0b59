package dev.elevo.platform.identity;

/** Matches a granted scope, which may be a glob, against a required one: {@code *} is any run, {@code ?} one character. */
final class ScopeGlob {
    private ScopeGlob() {}

    /**
     * Goes back at most to the last star, so a hostile pattern of many stars costs no more than the product of both lengths;
     * a regular expression could be made to explode.
     */
    static boolean matches(String glob, String text) {
        int g = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length()) {
            if (g < glob.length() && glob.charAt(g) == '*') {
                star = g++;
                resume = t;
            } else if (g < glob.length() && (glob.charAt(g) == '?' || glob.charAt(g) == text.charAt(t))) {
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
}
