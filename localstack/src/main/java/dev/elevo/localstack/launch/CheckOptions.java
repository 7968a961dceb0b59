package dev.elevo.localstack.launch;

/**
 * Tells a bad option before anything is built: the start script runs this from its source, which for that reason and with all it
 * needs stands on the JDK alone.
 */
final class CheckOptions {
    private static final int BAD_OPTIONS = 2;

    private CheckOptions() {}

    public static void main(String[] arguments) {
        try {
            OptionRules.check(System.getenv());
        } catch (BadOptionsException e) {
            System.err.println("elevo: " + e.getMessage());
            System.exit(BAD_OPTIONS);
        }
    }
}
