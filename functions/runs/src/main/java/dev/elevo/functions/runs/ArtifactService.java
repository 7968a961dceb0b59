package dev.elevo.functions.runs;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.ReadFile;
import dev.elevo.contract.files.SandboxPath;
import dev.elevo.contract.run.CreateArtifact;
import dev.elevo.contract.run.RunLimits;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Slice;
import dev.elevo.platform.sandbox.SandboxAccess;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Decides what a client may do with artifacts. */
@Singleton
class ArtifactService {
    private static final String DEFAULT_TYPE = "file";
    private static final String READING = "files:read";

    private final ArtifactStore store;
    private final RunService runs;
    private final Contents contents;
    private final SandboxAccess access;
    private final Engine engine;
    private final InstantSource clock;

    ArtifactService(
            ArtifactStore store,
            RunService runs,
            Contents contents,
            SandboxAccess access,
            Engine engine,
            InstantSource clock) {
        this.store = store;
        this.runs = runs;
        this.contents = contents;
        this.access = access;
        this.engine = engine;
        this.clock = clock;
    }

    Artifact create(Principal caller, CreateArtifact wanted, @Nullable IdempotencyKey key) {
        RunRules.check(wanted);
        var run =
                wanted.runId() == null ? null : runs.get(caller, wanted.runId()).id();
        var content = content(caller, wanted);
        var blob = contents.put(caller.organizationId(), content);
        var id = key == null ? Ids.ARTIFACT.random() : Ids.ARTIFACT.derivedFrom(key.seed());
        while (true) {
            var artifact = draw(id, caller, wanted, run, content, blob);
            switch (store.create(artifact)) {
                case ArtifactStore.Created.Done(var created) -> {
                    return created;
                }
                case ArtifactStore.Created.Existed(var present) -> {
                    if (!present.createdAt().isBefore(artifact.createdAt().minus(RunService.ATTEMPT_LIFE))) {
                        if (!present.blob().equals(blob)) {
                            contents.clear(blob); // else it is what this very call has recorded
                        }
                        return present;
                    }
                    id = Ids.ARTIFACT.random();
                }
                case ArtifactStore.Created.Late() ->
                    throw new Failure.Unavailable("It took too long", Duration.ofSeconds(1)).asException();
                case ArtifactStore.Created.TooMany() -> {
                    contents.clear(blob);
                    throw RunFailures.full("artifacts", RunLimits.ARTIFACTS_PER_ORGANIZATION)
                            .asException();
                }
                case ArtifactStore.Created.TooLarge() -> {
                    contents.clear(blob);
                    throw new Failure.Refused(
                                    ErrorCode.STORAGE_INSUFFICIENT,
                                    "The organization has no room for it",
                                    Map.of("limit", RunLimits.ARTIFACT_BYTES_PER_ORGANIZATION))
                            .asException();
                }
            }
        }
    }

    private Artifact draw(
            String id, Principal caller, CreateArtifact wanted, @Nullable String run, byte[] content, String blob) {
        var type = wanted.type();
        return new Artifact(
                id,
                caller.organizationId(),
                wanted.name(),
                type == null || type.isEmpty() ? DEFAULT_TYPE : type,
                0,
                content.length,
                sha256(content),
                blob,
                run,
                Objects.requireNonNullElse(wanted.labels(), Map.of()),
                Objects.requireNonNullElse(wanted.metadata(), Map.of()),
                caller.userId(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
    }

    private byte[] content(Principal caller, CreateArtifact wanted) {
        return wanted.source() != null
                ? copy(caller, wanted.source())
                : decoded(Objects.requireNonNull(wanted.content(), "the rules want one of both"));
    }

    private static byte[] decoded(String base64) {
        byte[] content;
        try {
            content = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw Failure.Invalid.field("content", "must be base64", null).causedBy(e);
        }
        if (content.length > RunLimits.ARTIFACT_BYTES) {
            throw RunRules.tooLarge("The content", content.length, RunLimits.ARTIFACT_BYTES);
        }
        return content;
    }

    /** What may not be read by the files' own endpoints is not read by this way either. */
    private byte[] copy(Principal caller, CreateArtifact.Source source) {
        if (!caller.grants(READING)) {
            throw new Failure.Refused(
                            ErrorCode.INSUFFICIENT_SCOPE,
                            "To take a file of a sandbox, the credential must be allowed to read it",
                            Map.of("required", List.of(READING), "granted", caller.scopes()))
                    .asException();
        }
        var path = SandboxPath.normal(source.path());
        var file = new ReadFile(path, 0, null, RunLimits.ARTIFACT_BYTES, null);
        return access.inside(
                caller.organizationId(),
                source.sandboxId(),
                id -> engine.files(id).read(id, file).bytes());
    }

    Slice<Artifact> list(Principal caller, Selection selection, PageQuery page) {
        return store.list(caller.organizationId(), selection, page);
    }

    Artifact get(Principal caller, String id) {
        return store.find(caller.organizationId(), id)
                .orElseThrow(() -> RunFailures.noArtifact(id).asException());
    }

    byte[] content(Artifact artifact) {
        return contents.read(artifact.blob(), artifact.size());
    }

    void delete(Principal caller, String id) {
        var artifact = get(caller, id);
        if (!store.delete(artifact)) {
            throw RunFailures.noArtifact(id).asException();
        }
        contents.clear(artifact.blob());
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
