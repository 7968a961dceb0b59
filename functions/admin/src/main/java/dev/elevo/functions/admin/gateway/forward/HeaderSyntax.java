package dev.elevo.functions.admin.gateway.forward;

import java.util.BitSet;

/** What a header may be made of, looked at letter by letter: each header of each answer passes here. */
final class HeaderSyntax {
    private static final char DELETE = 0x7f;
    private static final BitSet OF_NAMES = new BitSet(DELETE);

    static {
        "!#$%&'*+.^_`|~-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                .chars()
                .forEach(OF_NAMES::set);
    }

    private HeaderSyntax() {}

    static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!OF_NAMES.get(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    static boolean isValue(String text) {
        for (int i = 0; i < text.length(); i++) {
            var letter = text.charAt(i);
            if ((letter < ' ' && letter != '\t') || letter == DELETE) {
                return false;
            }
        }
        return true;
    }

    /** Without what would end the line early. */
    static String inOneLine(String text) {
        return text.replace('\r', ' ').replace('\n', ' ').replace('\0', ' ');
    }
}
