package dev.elevo.agent.process;

/** {@code *} is any run of characters, {@code ?} one. Takes time in proportion to both lengths at worst, whatever the pattern. */
record Glob(String pattern) {

    boolean matches(String text) {
        int at = 0;
        int inPattern = 0;
        int star = -1;
        int tried = 0;
        while (at < text.length()) {
            if (inPattern < pattern.length() && pattern.charAt(inPattern) == '*') {
                star = inPattern++;
                tried = at;
            } else if (inPattern < pattern.length()
                    && (pattern.charAt(inPattern) == '?' || pattern.charAt(inPattern) == text.charAt(at))) {
                inPattern++;
                at++;
            } else if (star >= 0) {
                inPattern = star + 1;
                at = ++tried;
            } else {
                return false;
            }
        }
        while (inPattern < pattern.length() && pattern.charAt(inPattern) == '*') {
            inPattern++;
        }
        return inPattern == pattern.length();
    }
}
