package dev.elevo.agent.helper;

/** What the helper could not do. The order is that of {@code enum step} in protocol.h. */
public enum FailedStep {
    REQUEST,
    USER,
    CREDENTIALS,
    DIRECTORY,
    PROGRAM,
    RESOURCES,
    PROCESSES,
    TERMINAL,
    MISSING,
    POSITION,
    CONNECT,
    FORBIDDEN;

    static FailedStep ofNumber(int number) throws HelperProtocolException {
        if (number < 1 || number > values().length) {
            throw new HelperProtocolException("unknown step " + number);
        }
        return values()[number - 1];
    }
}
