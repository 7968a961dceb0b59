package dev.elevo.localstack.security;

/**
 * One thing that somebody tries who should not. Each is harmless to the host should it succeed.
 *
 * @param documented how it is refused, in the words of the table at the end
 */
record Attempt(Who who, String name, String documented, Deed deed) {

    /** Throws an assertion where the attempt succeeds, or is refused in another way than documented. */
    interface Deed {
        void isTriedOn(Ground ground) throws Exception;
    }

    @Override
    public String toString() {
        return who + ": " + name;
    }
}
