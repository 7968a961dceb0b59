package dev.elevo.client;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the service, wherever that is.
 *
 * @param target path and query
 * @param body what becomes JSON
 */
public record Call(String method, String target, @Nullable Object body) {

    public static Call of(String method, String path) {
        return new Call(method, path, null);
    }

    /** Fills a place of the path. */
    public Call at(String place, Object value) {
        return new Call(method, target.replace("{" + place + "}", Query.encode(value.toString())), body);
    }

    public Call query(Query query) {
        var encoded = query.encoded();
        return encoded.isEmpty() ? this : new Call(method, target + "?" + encoded, body);
    }

    public Call body(@Nullable Object content) {
        return new Call(method, target, content);
    }

    boolean isChange() {
        return !method.equals("GET");
    }

    URI at(URI service) {
        return URI.create(service + target);
    }
}
