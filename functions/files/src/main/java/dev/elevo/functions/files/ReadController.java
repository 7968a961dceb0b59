package dev.elevo.functions.files;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.FileContent;
import dev.elevo.contract.agent.ReadFile;
import dev.elevo.contract.agent.StatFile;
import dev.elevo.contract.files.Attachment;
import dev.elevo.contract.files.FileType;
import dev.elevo.contract.files.MediaTypes;
import dev.elevo.contract.files.ReadResult;
import dev.elevo.contract.files.SandboxPath;
import dev.elevo.contract.files.SignedUrl;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.lambda.AnswerSize;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.openapi.Replies;
import dev.elevo.platform.paging.Query;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The content of files: inline as far as an answer carries it, and beyond that by the address to which it is redirected. */
@Controller("/api/v1/sandboxes/{id}/files")
class ReadController {
    private static final List<String> FORMATS = List.of("text", "bytes", "stream");
    private static final int DEFAULT_SECONDS = 3600;
    private static final int MOST_SECONDS = 86_400;

    private final FilesService files;
    private final TransferUrls urls;

    ReadController(FilesService files, TransferUrls urls) {
        this.files = files;
        this.urls = urls;
    }

    private record Wanted(String format, String encoding, ReadFile file) {}

    private record Addressed(String path, @Nullable String user, int seconds) {}

    @Get("/read")
    @NeedsScope("files:read")
    @Replies(ReadResult.class)
    @Replies(value = byte[].class, media = "application/octet-stream")
    @Fails({ErrorCode.FILE_NOT_FOUND, ErrorCode.FILE_TOO_LARGE, ErrorCode.NOT_A_FILE})
    HttpResponse<?> readFile(HttpRequest<?> request, Principal caller, String id) {
        var wanted = Query.read(request, ReadController::wanted);
        var charset = Charsets.named(wanted.encoding());
        var file = wanted.file();
        return files.inside(caller, id, (sandboxId, agent) -> {
            if (!wanted.format().equals("stream")) {
                var content = agent.read(sandboxId, file);
                return HttpResponse.ok(
                        wanted.format().equals("bytes")
                                ? new ReadResult(
                                        Base64.getEncoder().encodeToString(content.bytes()),
                                        file.path(),
                                        content.size(),
                                        Charsets.BASE64)
                                : text(new String(content.bytes(), charset), content, wanted));
            }
            try {
                return bytes(agent.read(sandboxId, file), MediaTypes.UNKNOWN);
            } catch (ApiException e) {
                return redirected(
                        e,
                        () -> urls.redirect(
                                request, sandboxId, file.path(), file.offset(), file.length(), file.user()));
            }
        });
    }

    private static Wanted wanted(Query query) {
        var format = query.oneOf("format", FORMATS);
        var encoding = query.text("encoding");
        var length = query.has("length") ? (Long) query.number("length", 1, 1) : null;
        return new Wanted(
                format == null ? "text" : format,
                encoding == null ? Charsets.DEFAULT : encoding,
                new ReadFile(
                        query.path(),
                        query.number("offset", 0, 0),
                        length,
                        AnswerSize.MOST_BINARY_BYTES,
                        FileQuery.user(query)));
    }

    private static ReadResult text(String text, FileContent content, Wanted wanted) {
        if (AnswerSize.of(text) > AnswerSize.MOST_BYTES) {
            throw new Failure.Refused(
                            ErrorCode.FILE_TOO_LARGE,
                            "The text does not go into an answer; ask for a part of it, or for it with format=stream",
                            Map.of(
                                    "path",
                                    wanted.file().path(),
                                    "size",
                                    content.size(),
                                    "limit",
                                    AnswerSize.MOST_BINARY_BYTES))
                    .asException();
        }
        return new ReadResult(text, wanted.file().path(), content.size(), wanted.encoding());
    }

    /** Whoever asks for a range is redirected too: only there ranges are known. */
    @Get("/download")
    @NeedsScope("files:read")
    @Replies(value = byte[].class, media = "application/octet-stream")
    @Fails({ErrorCode.FILE_NOT_FOUND, ErrorCode.FILE_TOO_LARGE, ErrorCode.NOT_A_FILE})
    HttpResponse<?> downloadFile(HttpRequest<?> request, Principal caller, String id) {
        var wanted = Query.read(
                request,
                query -> new ReadFile(query.path(), 0, null, AnswerSize.MOST_BINARY_BYTES, FileQuery.user(query)));
        if (request.getHeaders().contains(HttpHeaders.RANGE)) {
            return files.addressing(
                    caller,
                    id,
                    (sandboxId, agent) -> redirect(urls.redirect(request, sandboxId, wanted.path(), wanted.user())));
        }
        return files.inside(caller, id, (sandboxId, agent) -> {
            // Where it means work it is only made for who needs it.
            Supplier<String> address = () -> urls.redirect(request, sandboxId, wanted.path(), wanted.user());
            try {
                var name = SandboxPath.name(wanted.path());
                return bytes(agent.read(sandboxId, wanted), MediaTypes.of(name))
                        .header(HttpHeaders.CONTENT_DISPOSITION, Attachment.named(name))
                        .header("X-Content-Type-Options", "nosniff");
            } catch (ApiException e) {
                return redirected(e, address);
            }
        });
    }

    private static MutableHttpResponse<?> bytes(FileContent content, String type) {
        return HttpResponse.ok(content.bytes()).contentType(MediaType.of(type));
    }

    private static HttpResponse<?> redirected(ApiException tooLarge, Supplier<String> address) {
        if (tooLarge.failure().code() != ErrorCode.FILE_TOO_LARGE) {
            throw tooLarge;
        }
        return redirect(address.get());
    }

    private static HttpResponse<?> redirect(String address) {
        return HttpResponse.temporaryRedirect(URI.create(address)).header(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    /** Its answer is a credential, hence the record of it. */
    @Get("/download-url")
    @NeedsScope("files:read")
    @Fails({ErrorCode.FILE_NOT_FOUND, ErrorCode.FILE_TOO_LARGE, ErrorCode.NOT_A_FILE})
    @Audited("file.download-url")
    SignedUrl getDownloadUrl(HttpRequest<?> request, Principal caller, String id) {
        var wanted = Query.read(
                request,
                query -> new Addressed(
                        query.path(),
                        FileQuery.user(query),
                        query.integer("expiresIn", DEFAULT_SECONDS, 1, MOST_SECONDS)));
        return files.addressing(caller, id, (sandboxId, agent) -> {
            var file = agent.stat(sandboxId, new StatFile(wanted.path(), true, wanted.user()));
            if (file.type() != FileType.FILE) {
                throw new Failure.Refused(ErrorCode.NOT_A_FILE, "It is no regular file", Map.of("path", wanted.path()))
                        .asException();
            }
            return urls.download(
                    request, sandboxId, wanted.path(), wanted.user(), Duration.ofSeconds(wanted.seconds()));
        });
    }
}
