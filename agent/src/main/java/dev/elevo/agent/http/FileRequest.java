package dev.elevo.agent.http;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.WriteFile;
import dev.elevo.contract.files.FileMode;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A request for the bytes of a file: by a capability, or by a ticket that says all of it. */
sealed interface FileRequest {
    Pattern CONTENT = Pattern.compile(AgentPaths.FILE_CONTENT.replace("{sandboxId}", "(?<sandbox>[A-Za-z0-9-]{1,64})"));
    Pattern TRANSFER = Pattern.compile(AgentPaths.TRANSFERS + "/(?<token>[A-Za-z0-9_.-]+)");

    HttpRequest request();

    record ByCapability(HttpRequest request, String sandboxId, Query query) implements FileRequest {}

    record ByTicket(HttpRequest request, String token) implements FileRequest {}

    default boolean isUpload() {
        return request().method().equals(HttpMethod.PUT);
    }

    default boolean isHead() {
        return request().method().equals(HttpMethod.HEAD);
    }

    /** Empty for what others answer. */
    static Optional<FileRequest> of(HttpRequest request) {
        var method = request.method();
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.PUT) && !method.equals(HttpMethod.HEAD)) {
            return Optional.empty();
        }
        var uri = request.uri();
        var question = uri.indexOf('?');
        var path = question < 0 ? uri : uri.substring(0, question);
        var transfer = TRANSFER.matcher(path);
        if (transfer.matches()) {
            return Optional.of(new ByTicket(request, transfer.group("token")));
        }
        var content = CONTENT.matcher(path);
        return content.matches()
                ? Optional.of(
                        new ByCapability(request, content.group("sandbox"), new Query(new QueryStringDecoder(uri))))
                : Optional.empty();
    }

    /** The query, which our control plane wrote. */
    record Query(QueryStringDecoder decoder) {
        String path() {
            var path = text("path");
            if (path == null) {
                throw new IllegalArgumentException("no path");
            }
            return path;
        }

        @Nullable
        String text(String name) {
            var values = decoder.parameters().get(name);
            return values == null ? null : values.getFirst();
        }

        long number(String name, long otherwise) {
            var text = text(name);
            return text == null ? otherwise : Long.parseLong(text);
        }

        WriteFile target() {
            var mode = text("mode");
            return new WriteFile(
                    path(),
                    mode == null ? null : new FileMode(Integer.parseInt(mode)),
                    Boolean.parseBoolean(text("createParents")),
                    Boolean.parseBoolean(text("overwrite")),
                    Boolean.parseBoolean(text("append")),
                    text("user"));
        }
    }
}
