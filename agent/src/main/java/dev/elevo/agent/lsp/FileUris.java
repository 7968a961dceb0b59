package dev.elevo.agent.lsp;

import java.net.URI;
import java.net.URISyntaxException;

/** Paths as addresses. Servers spell one file in several ways, and expect to be understood. */
final class FileUris {
    private static final String SCHEME = "file";

    private FileUris() {}

    static String of(String path) {
        try {
            return new URI(SCHEME, "", path, null).toASCIIString();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("an absolute path is always an address: " + path, e);
        }
    }

    /** In our own spelling where it is a file, else as it came: a server's own pages have addresses of their own. */
    static String normal(String uri) {
        try {
            var parsed = new URI(uri);
            return SCHEME.equals(parsed.getScheme()) && parsed.getPath() != null ? of(parsed.getPath()) : uri;
        } catch (URISyntaxException e) {
            return uri;
        }
    }
}
