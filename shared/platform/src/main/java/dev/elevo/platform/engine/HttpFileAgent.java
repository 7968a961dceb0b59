package dev.elevo.platform.engine;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.DeleteFile;
import dev.elevo.contract.agent.FileAgent;
import dev.elevo.contract.agent.FileContent;
import dev.elevo.contract.agent.FileList;
import dev.elevo.contract.agent.ListFiles;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.ReadFile;
import dev.elevo.contract.agent.StatFile;
import dev.elevo.contract.agent.WriteFile;
import dev.elevo.contract.agent.WriteFiles;
import dev.elevo.contract.files.BatchResult;
import dev.elevo.contract.files.ChangeMode;
import dev.elevo.contract.files.ChangeOwner;
import dev.elevo.contract.files.CopyRequest;
import dev.elevo.contract.files.FileInfo;
import dev.elevo.contract.files.MadeDirectory;
import dev.elevo.contract.files.MakeDirectory;
import dev.elevo.contract.files.MoveRequest;
import dev.elevo.contract.files.WriteResult;
import dev.elevo.platform.engine.AgentConnection.Call;
import io.micronaut.context.annotation.Secondary;
import io.micronaut.core.type.Argument;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The agent's files over HTTP. */
@Singleton
@Secondary
final class HttpFileAgent implements FileAgent {
    /** Copying or deleting a large tree takes its time; no client is answered later. */
    private static final Duration TIME = Duration.ofSeconds(28);

    private final AgentConnection agent;

    HttpFileAgent(AgentConnection agent) {
        this.agent = agent;
    }

    @Override
    public FileInfo stat(String sandboxId, StatFile request) {
        return ask(sandboxId, "/stat", request, Argument.of(FileInfo.class));
    }

    @Override
    public FileList list(String sandboxId, ListFiles query) {
        return ask(sandboxId, "/list", query, Argument.of(FileList.class));
    }

    @Override
    public FileContent read(String sandboxId, ReadFile request) {
        var query = new StringJoiner("&", "?", "");
        add(query, "path", request.path());
        add(query, "offset", request.offset());
        add(query, "length", request.length());
        add(query, "most", request.most());
        add(query, "user", request.user());
        var call = new Call(sandboxId, Operation.FILES_READ, "GET", path(sandboxId, "/content") + query, TIME);
        var answer = agent.send(call, null, Map.of());
        var size = answer.headers()
                .firstValueAsLong(AgentPaths.FILE_SIZE_HEADER)
                .orElseThrow(() -> new IllegalStateException("the agent does not tell the size of the file"));
        return new FileContent(answer.body(), size);
    }

    @Override
    public WriteResult write(String sandboxId, WriteFile target, byte[] content, @Nullable String onceKey) {
        var query = new StringJoiner("&", "?", "");
        add(query, "path", target.path());
        add(query, "mode", target.mode() == null ? null : target.mode().bits());
        add(query, "createParents", target.createParents());
        add(query, "overwrite", target.overwrite());
        add(query, "append", target.append());
        add(query, "user", target.user());
        var call = new Call(sandboxId, Operation.FILES_WRITE, "PUT", path(sandboxId, "/content") + query, TIME);
        return agent.read(agent.send(call, content, once(onceKey)), Argument.of(WriteResult.class));
    }

    @Override
    public BatchResult writeAll(String sandboxId, WriteFiles files, @Nullable String onceKey) {
        return change(sandboxId, "/batch", files, onceKey, Argument.of(BatchResult.class));
    }

    @Override
    public MadeDirectory makeDirectory(String sandboxId, MakeDirectory request, @Nullable String onceKey) {
        return change(sandboxId, "/mkdir", request, onceKey, Argument.of(MadeDirectory.class));
    }

    @Override
    public FileInfo copy(String sandboxId, CopyRequest request, @Nullable String onceKey) {
        return change(sandboxId, "/copy", request, onceKey, Argument.of(FileInfo.class));
    }

    @Override
    public FileInfo move(String sandboxId, MoveRequest request, @Nullable String onceKey) {
        return change(sandboxId, "/move", request, onceKey, Argument.of(FileInfo.class));
    }

    @Override
    public void delete(String sandboxId, DeleteFile request, @Nullable String onceKey) {
        agent.send(post(sandboxId, Operation.FILES_WRITE, "/delete"), request, once(onceKey));
    }

    @Override
    public FileInfo changeMode(String sandboxId, ChangeMode request) {
        return change(sandboxId, "/chmod", request, null, Argument.of(FileInfo.class));
    }

    @Override
    public FileInfo changeOwner(String sandboxId, ChangeOwner request) {
        return change(sandboxId, "/chown", request, null, Argument.of(FileInfo.class));
    }

    private <T> T ask(String sandboxId, String name, Object request, Argument<T> answer) {
        return agent.send(post(sandboxId, Operation.FILES_READ, name), request, answer);
    }

    private <T> T change(String sandboxId, String name, Object request, @Nullable String onceKey, Argument<T> answer) {
        var call = post(sandboxId, Operation.FILES_WRITE, name);
        return agent.read(agent.send(call, request, once(onceKey)), answer);
    }

    /** Always with a key: the connection repeats a call that broke, and what was done must not look as if it could not be. */
    private static Map<String, String> once(@Nullable String onceKey) {
        return Map.of(
                AgentPaths.ONCE_HEADER, onceKey == null ? UUID.randomUUID().toString() : onceKey);
    }

    private static Call post(String sandboxId, Operation operation, String name) {
        return new Call(sandboxId, operation, "POST", path(sandboxId, name), TIME);
    }

    private static String path(String sandboxId, String name) {
        return AgentPaths.FILES.replace("{sandboxId}", sandboxId) + name;
    }

    private static void add(StringJoiner query, String name, @Nullable Object value) {
        if (value != null) {
            query.add(name + "=" + URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
        }
    }
}
