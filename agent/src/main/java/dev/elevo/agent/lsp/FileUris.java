package dev.elevo.agent.lsp;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

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

    /** Empty for what is no file. */
    static Optional<String> path(String uri) {
        try {
            var parsed = new URI(uri);
            return SCHEME.equals(parsed.getScheme()) ? Optional.ofNullable(parsed.getPath()) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** In our own spelling where it is a file, else as it came: a server's own pages have addresses of their own. */
    static String normal(String uri) {
        return path(uri).map(FileUris::of).orElse(uri);
    }
}
