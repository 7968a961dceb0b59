package dev.elevo.contract.files;

import java.util.Optional;
import java.util.regex.Pattern;

/** Permission bits, with those for set-id and sticky. */
public record FileMode(int bits) {
    public static final FileMode OF_FILES = new FileMode(0644);
    public static final FileMode OF_DIRECTORIES = new FileMode(0755);
    public static final String RULE = "must be 0 to 4095, or octal such as \"644\" or \"0755\"";

    private static final int MOST = 07777;
    private static final Pattern OCTAL = Pattern.compile("0?[0-7]{3,4}");

    public FileMode {
        if (bits < 0 || bits > MOST) {
            throw new IllegalArgumentException("not permission bits: " + bits);
        }
    }

    public static Optional<FileMode> ofNumber(long number) {
        return number < 0 || number > MOST ? Optional.empty() : Optional.of(new FileMode((int) number));
    }

    public static Optional<FileMode> ofOctal(String text) {
        return OCTAL.matcher(text).matches() ? Optional.of(new FileMode(Integer.parseInt(text, 8))) : Optional.empty();
    }

    /** Nine characters, such as {@code rw-r--r--}. */
    public String letters() {
        var letters = new StringBuilder("rwxrwxrwx");
        for (int i = 0; i < letters.length(); i++) {
            if ((bits >> (letters.length() - 1 - i) & 1) == 0) {
                letters.setCharAt(i, '-');
            }
        }
        return letters.toString();
    }
}
