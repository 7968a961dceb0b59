package dev.elevo.platform.git;

/** The letters for what became of a file. */
final class Letters {
    private Letters() {}

    /** Another type of file is a modified one. */
    static String of(char letter) {
        return switch (letter) {
            case 'A', 'D', 'R', 'C', 'U' -> String.valueOf(letter);
            default -> "M";
        };
    }

    static boolean hasOriginal(char letter) {
        return letter == 'R' || letter == 'C';
    }
}
