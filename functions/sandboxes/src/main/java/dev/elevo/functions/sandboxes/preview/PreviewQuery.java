package dev.elevo.functions.sandboxes.preview;

import dev.elevo.platform.paging.Query;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants the address of.
 *
 * @param protocol null: that of the deployment
 * @param path with its query, if there is one; as it stands in an address
 */
record PreviewQuery(int port, @Nullable String protocol, String path) {
    private static final List<String> PROTOCOLS = List.of("http", "https");
    private static final int LAST_PORT = 65_535;
    private static final int LONGEST_PATH = 2048;
    /** What a URL may hold behind its host; a fragment would swallow what we add. */
    private static final Pattern PATH = Pattern.compile("/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*");

    static PreviewQuery read(Query query) {
        return new PreviewQuery(readPort(query), query.oneOf("protocol", PROTOCOLS), readPath(query));
    }

    static int readPort(Query query) {
        if (!query.has("port")) {
            query.refuse("port", "is needed", null);
        }
        return query.integer("port", 1, 1, LAST_PORT);
    }

    private static String readPath(Query query) {
        var path = query.text("path", 1, LONGEST_PATH);
        if (path != null && !PATH.matcher(path).matches()) {
            query.refuse("path", "must start with a slash and be escaped as in a URL", path);
        }
        return path == null ? "/" : path;
    }
}
