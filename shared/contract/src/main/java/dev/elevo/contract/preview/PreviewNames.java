package dev.elevo.contract.preview;

/** What previews are called by: said once for those who write the addresses and for those who read them. */
public final class PreviewNames {
    /** The query parameter that brings a ticket. */
    public static final String TICKET_PARAMETER = "elevo_token";

    /** The cookie that keeps it. */
    public static final String TICKET_COOKIE = "elevo_preview";

    /** The domain of a local run: whatever is below it leads every browser to its own machine. */
    public static final String LOCAL_DOMAIN = "localhost";

    private static final String PATH = "/preview/";

    private PreviewNames() {}

    /** One label of a host name; below it comes the domain. */
    public static String label(String sandboxId, int port) {
        return sandboxId + "-" + port;
    }

    /** Where host names do not lead to us: the same as a path of our own host, without the slash at its end. */
    public static String path(String sandboxId, int port) {
        return PATH + sandboxId + "/" + port;
    }
}
