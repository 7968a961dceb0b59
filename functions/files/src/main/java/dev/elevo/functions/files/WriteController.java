package dev.elevo.functions.files;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.FieldError;
import dev.elevo.contract.RateClass;
import dev.elevo.contract.agent.StatFile;
import dev.elevo.contract.agent.WriteFile;
import dev.elevo.contract.agent.WriteFiles;
import dev.elevo.contract.files.BatchResult;
import dev.elevo.contract.files.FileInfo;
import dev.elevo.contract.files.SandboxPath;
import dev.elevo.contract.files.SignedUrl;
import dev.elevo.contract.files.UploadUrlRequest;
import dev.elevo.contract.files.WriteBatch;
import dev.elevo.contract.files.WriteRequest;
import dev.elevo.contract.files.WriteResult;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.http.RawRequest;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.limits.RateLimited;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.paging.Query;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import jakarta.validation.Valid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;

/** Content for files: as far as a request carries it, and beyond that by an address. */
@Controller("/api/v1/sandboxes/{id}/files")
class WriteController {
    private static final int DEFAULT_SECONDS = 3600;

    private final FilesService files;
    private final TransferUrls urls;

    WriteController(FilesService files, TransferUrls urls) {
        this.files = files;
        this.urls = urls;
    }

    @Post(uris = {"/write", "/"})
    @NeedsScope("files:write")
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.FILE_ALREADY_EXISTS,
        ErrorCode.DISK_QUOTA_EXCEEDED,
        ErrorCode.FILE_TOO_LARGE,
        ErrorCode.NOT_A_DIRECTORY,
        ErrorCode.NOT_A_FILE
    })
    @Audited("file.write")
    WriteResult writeFile(HttpRequest<?> request, Principal caller, String id, @Body @Valid WriteRequest body) {
        var appends = Boolean.TRUE.equals(body.append());
        if (appends && Boolean.FALSE.equals(body.overwrite())) {
            throw Failure.Invalid.field("append", "excludes overwrite false", true)
                    .asException();
        }
        var target = new WriteFile(
                SandboxPath.normal(body.path()),
                body.mode(),
                !Boolean.FALSE.equals(body.createParents()),
                !Boolean.FALSE.equals(body.overwrite()),
                appends,
                body.user());
        return write(request, caller, id, target, Charsets.bytes(body.content(), body.encoding(), "content"));
    }

    @Post(uris = {"/write", "/"})
    @Consumes({MediaType.APPLICATION_OCTET_STREAM, MediaType.TEXT_PLAIN})
    @NeedsScope("files:write")
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.FILE_ALREADY_EXISTS,
        ErrorCode.DISK_QUOTA_EXCEEDED,
        ErrorCode.FILE_TOO_LARGE,
        ErrorCode.NOT_A_DIRECTORY,
        ErrorCode.NOT_A_FILE
    })
    @Audited("file.write")
    WriteResult writeBytes(HttpRequest<?> request, Principal caller, String id) {
        var target = Query.read(request, query -> {
            if (query.bool("append", false) && !query.bool("overwrite", true)) {
                query.refuse("append", "excludes overwrite false", true);
            }
            return target(query, SandboxPath.normal(query.path()));
        });
        return write(request, caller, id, target, RawRequest.of(request).rawBody());
    }

    private static WriteFile target(Query query, String path) {
        return new WriteFile(
                path,
                FileQuery.mode(query),
                query.bool("createParents", true),
                query.bool("overwrite", true),
                query.bool("append", false),
                FileQuery.user(query));
    }

    private WriteResult write(HttpRequest<?> request, Principal caller, String id, WriteFile target, byte[] content) {
        return files.inside(
                caller,
                id,
                (sandboxId, agent) -> agent.write(sandboxId, target, content, IdempotencyKey.onceKey(request, caller)));
    }

    @Post("/write-batch")
    @NeedsScope("files:write")
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.FILE_ALREADY_EXISTS,
        ErrorCode.DISK_QUOTA_EXCEEDED,
        ErrorCode.FILE_TOO_LARGE,
        ErrorCode.NOT_A_DIRECTORY,
        ErrorCode.NOT_A_FILE
    })
    @Audited("file.write-batch")
    BatchResult writeBatch(HttpRequest<?> request, Principal caller, String id, @Body @Valid WriteBatch body) {
        var entries = new ArrayList<WriteFiles.Entry>();
        var repeated = new ArrayList<FieldError>();
        var paths = new HashSet<String>();
        for (var entry : body.files()) {
            var place = "files[" + entries.size() + "].";
            var path = pathOf(entry.path(), entries.size());
            if (!paths.add(path)) {
                repeated.add(new FieldError(place + "path", "is there twice", path));
            }
            entries.add(new WriteFiles.Entry(
                    path,
                    Base64.getEncoder()
                            .encodeToString(Charsets.bytes(entry.content(), entry.encoding(), place + "content")),
                    entry.mode(),
                    !Boolean.FALSE.equals(entry.createParents()),
                    !Boolean.FALSE.equals(entry.overwrite())));
        }
        if (!repeated.isEmpty()) {
            throw new Failure.Invalid(repeated).asException();
        }
        var batch = new WriteFiles(entries, body.user());
        return files.inside(
                caller,
                id,
                (sandboxId, agent) -> agent.writeAll(sandboxId, batch, IdempotencyKey.onceKey(request, caller)));
    }

    private static String pathOf(String path, int index) {
        try {
            return SandboxPath.normal(path);
        } catch (ApiException e) {
            var details = new HashMap<>(e.failure().details());
            details.put("index", index);
            throw new Failure.Refused(e.failure().code(), e.failure().message(), details).asException();
        }
    }

    @Post("/upload")
    @Consumes({MediaType.MULTIPART_FORM_DATA, MediaType.APPLICATION_OCTET_STREAM})
    @NeedsScope("files:write")
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.FILE_ALREADY_EXISTS,
        ErrorCode.DISK_QUOTA_EXCEEDED,
        ErrorCode.FILE_TOO_LARGE,
        ErrorCode.NOT_A_DIRECTORY,
        ErrorCode.NOT_A_FILE
    })
    @RateLimited(RateClass.UPLOAD)
    @Audited("file.upload")
    WriteResult uploadFile(HttpRequest<?> request, Principal caller, String id) {
        var upload = UploadForm.of(request);
        return write(request, caller, id, upload.target(), upload.content());
    }

    /** Its answer is a credential. What can be known before the upload is told before it. */
    @Post("/upload-url")
    @NeedsScope("files:write")
    @Fails({ErrorCode.FILE_ALREADY_EXISTS, ErrorCode.NOT_IMPLEMENTED})
    @RateLimited(RateClass.UPLOAD)
    @Audited("file.upload-url")
    HttpResponse<SignedUrl> makeUploadUrl(
            HttpRequest<?> request, Principal caller, String id, @Body @Valid UploadUrlRequest body) {
        var target = new WriteFile(
                SandboxPath.normal(body.path()),
                body.mode(),
                !Boolean.FALSE.equals(body.createParents()),
                !Boolean.FALSE.equals(body.overwrite()),
                false,
                body.user());
        var life = Duration.ofSeconds(Objects.requireNonNullElse(body.expiresIn(), DEFAULT_SECONDS));
        return files.addressing(caller, id, (sandboxId, agent) -> {
            if (!target.overwrite()) {
                refuseExisting(() -> agent.stat(sandboxId, new StatFile(target.path(), false, target.user())));
            }
            return HttpResponse.created(urls.upload(request, sandboxId, target, life));
        });
    }

    private interface Look {
        FileInfo at();
    }

    private static void refuseExisting(Look look) {
        try {
            var there = look.at();
            throw new Failure.Refused(
                            ErrorCode.FILE_ALREADY_EXISTS,
                            "There is something of this name",
                            Map.of("path", there.path()))
                    .asException();
        } catch (ApiException e) {
            if (e.failure().code() != ErrorCode.FILE_NOT_FOUND) {
                throw e;
            }
        }
    }
}
