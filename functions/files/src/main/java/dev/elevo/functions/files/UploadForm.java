package dev.elevo.functions.files;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Excerpt;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.WriteFile;
import dev.elevo.contract.files.SandboxPath;
import dev.elevo.platform.http.RawRequest;
import dev.elevo.platform.paging.Query;
import io.micronaut.core.convert.ConversionService;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.simple.SimpleHttpParameters;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A file that is sent, in the part of a form or as the whole body, and where it is to go. */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way; nobody compares them
record UploadForm(WriteFile target, byte[] content) {

    static UploadForm of(HttpRequest<?> request) {
        var body = RawRequest.of(request).rawBody();
        var isForm = request.getContentType()
                .map(MediaType.MULTIPART_FORM_DATA_TYPE::matches)
                .orElse(false);
        return isForm ? ofParts(Multipart.parse(request, body)) : ofBody(request, body);
    }

    private static UploadForm ofBody(HttpRequest<?> request, byte[] body) {
        return new UploadForm(Query.read(request, query -> target(query, null)), body);
    }

    private static UploadForm ofParts(List<Multipart.Part> parts) {
        var fields = new LinkedHashMap<CharSequence, List<String>>();
        Multipart.Part file = null;
        for (var part : parts) {
            if (part.name().equals("file")) {
                file = part;
            } else {
                fields.computeIfAbsent(part.name(), name -> new ArrayList<>())
                        .add(new String(part.content(), StandardCharsets.UTF_8));
            }
        }
        if (file == null) {
            throw Failure.Invalid.field("file", "is needed", null).asException();
        }
        var fileName = file.fileName();
        var parameters = new SimpleHttpParameters(fields, ConversionService.SHARED);
        return new UploadForm(Query.read(parameters, query -> target(query, fileName)), file.content());
    }

    private static WriteFile target(Query query, @Nullable String fileName) {
        var path = query.text("path");
        if (path == null) {
            query.refuse("path", "is needed", null);
            path = SandboxPath.ROOT;
        } else {
            path = SandboxPath.normal(path.endsWith("/") ? path + named(fileName, path) : path);
        }
        return new WriteFile(
                path,
                FileQuery.mode(query),
                query.bool("createParents", true),
                query.bool("overwrite", true),
                false,
                FileQuery.user(query));
    }

    /** Some clients send the whole path of their own file; only its last name means anything here. */
    private static String named(@Nullable String fileName, String path) {
        var name = fileName == null ? "" : fileName.substring(lastSeparator(fileName) + 1);
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw new Failure.Refused(
                            ErrorCode.INVALID_PATH,
                            "The path names a directory, and the file that is sent has no name",
                            Map.of("path", Excerpt.of(path)))
                    .asException();
        }
        return name;
    }

    private static int lastSeparator(String name) {
        return Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\'));
    }
}
