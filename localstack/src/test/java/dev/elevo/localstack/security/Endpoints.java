package dev.elevo.localstack.security;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.elevo.contract.Area;
import dev.elevo.platform.identity.NeedsScope;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Every endpoint there is, read from the controllers themselves: a new one is tried without anybody thinking of it. */
final class Endpoints {
    static final List<Endpoint> ALL = read();

    private static final String PLACE = "{\"line\":0,\"character\":0}";
    private static final String AT_PLACE = "{\"path\":\"/tmp/was-here.py\",\"position\":" + PLACE;

    /** What an endpoint wants to read before it looks for the sandbox; one that is not here gets an empty object. */
    private static final Map<String, String> BODIES = Map.ofEntries(
            Map.entry("createKey", "{\"name\":\"x\"}"),
            Map.entry("createUserKey", "{\"name\":\"x\"}"),
            Map.entry("registerDevice", "{\"platform\":\"ios\",\"token\":\"was-here\"}"),
            Map.entry("createUser", "{\"id\":\"x\"}"),
            Map.entry("createOrganization", "{\"id\":\"was-here\"}"),
            Map.entry("createPermission", "{\"permission_code\":\"was.here\",\"permission_name\":\"x\"}"),
            Map.entry(
                    "createRoute",
                    "{\"service_name\":\"x\",\"path_pattern\":\"/was-here\",\"target_url\":\"/x\",\"method\":\"GET\"}"),
            Map.entry(
                    "createRoutes",
                    "{\"routes\":[{\"service_name\":\"x\",\"path_pattern\":\"/was-here\",\"target_url\":\"/x\",\"method\":\"GET\"}]}"),
            Map.entry(
                    "registerInstance",
                    "{\"service_name\":\"x\",\"instance_id\":\"was-here\",\"host\":\"example.org\",\"port\":80}"),
            Map.entry("addFiles", "{\"path\":\"/tmp/was-here\",\"files\":[\"x\"]}"),
            Map.entry("checkOut", "{\"path\":\"/tmp/was-here\",\"target\":\"x\"}"),
            Map.entry("cloneRepository", "{\"url\":\"https://example.org/a.git\",\"path\":\"/tmp/was-here\"}"),
            Map.entry("commitChanges", "{\"path\":\"/tmp/was-here\",\"message\":\"x\"}"),
            Map.entry("createBranch", "{\"path\":\"/tmp/was-here\",\"name\":\"x\"}"),
            Map.entry("fetchCommits", "{\"path\":\"/tmp/was-here\"}"),
            Map.entry("initRepository", "{\"path\":\"/tmp/was-here\"}"),
            Map.entry("mergeBranch", "{\"path\":\"/tmp/was-here\",\"branch\":\"x\"}"),
            Map.entry("pullCommits", "{\"path\":\"/tmp/was-here\"}"),
            Map.entry("pushCommits", "{\"path\":\"/tmp/was-here\"}"),
            Map.entry("resetBranch", "{\"path\":\"/tmp/was-here\"}"),
            Map.entry("stashChanges", "{\"path\":\"/tmp/was-here\"}"),
            Map.entry("runCommand", "{\"command\":\"touch /tmp/was-here\"}"),
            Map.entry("replaceLabels", "{\"labels\":{\"owned\":\"yes\"}}"),
            Map.entry("resizePty", "{\"cols\":80,\"rows\":24}"),
            Map.entry("writePty", "{\"data\":\"touch /tmp/was-here\"}"),
            Map.entry("createSnapshot", "{\"name\":\"owned\",\"sandboxId\":\"any\"}"),
            Map.entry("changeTimeout", "{\"timeoutMs\":1}"),
            Map.entry("replaceSettings", "{\"name\":\"owned\"}"),
            Map.entry("changeSettings", "{\"name\":\"owned\"}"),
            Map.entry("spawnCommand", "{\"command\":\"touch /tmp/was-here\"}"),
            Map.entry("streamCommand", "{\"command\":\"touch /tmp/was-here\"}"),
            Map.entry("runCode", "{\"language\":\"bash\",\"code\":\"touch /tmp/was-here\"}"),
            Map.entry("writeToProcess", "{\"data\":\"x\"}"),
            Map.entry("execInSession", "{\"command\":\"touch /tmp/was-here\"}"),
            Map.entry("findFiles", "{\"path\":\"/etc\",\"pattern\":\"*\"}"),
            Map.entry("grepFiles", "{\"path\":\"/etc\",\"pattern\":\"x\"}"),
            Map.entry("writeFile", "{\"path\":\"/tmp/was-here\",\"content\":\"\"}"),
            Map.entry("writeBatch", "{\"files\":[{\"path\":\"/tmp/was-here\",\"content\":\"\"}]}"),
            Map.entry("makeUploadUrl", "{\"path\":\"/tmp/was-here\"}"),
            Map.entry("makeDirectory", "{\"path\":\"/tmp/was-here\"}"),
            Map.entry("copyFile", "{\"src\":\"/etc/hosts\",\"dst\":\"/tmp/was-here\"}"),
            Map.entry("moveFile", "{\"src\":\"/etc/hosts\",\"dst\":\"/tmp/was-here\"}"),
            Map.entry("startServer", "{\"language\":\"python\",\"projectPath\":\"/tmp\"}"),
            Map.entry("openDocument", "{\"path\":\"/tmp/was-here.py\",\"content\":\"\"}"),
            Map.entry("closeDocument", "{\"path\":\"/tmp/was-here.py\"}"),
            Map.entry("changeDocument", "{\"path\":\"/tmp/was-here.py\",\"changes\":[{\"text\":\"\"}]}"),
            Map.entry("findDocumentSymbols", "{\"path\":\"/tmp/was-here.py\"}"),
            Map.entry("findWorkspaceSymbols", "{\"query\":\"\"}"),
            Map.entry("complete", AT_PLACE + "}"),
            Map.entry("hover", AT_PLACE + "}"),
            Map.entry("findDefinition", AT_PLACE + "}"),
            Map.entry("findReferences", AT_PLACE + "}"),
            Map.entry("helpWithSignature", AT_PLACE + "}"),
            Map.entry("renameSymbol", AT_PLACE + ",\"newName\":\"x\"}"),
            Map.entry("diagnose", "{\"path\":\"/tmp/was-here.py\"}"),
            Map.entry(
                    "findCodeActions",
                    "{\"path\":\"/tmp/was-here.py\",\"range\":{\"start\":" + PLACE + ",\"end\":" + PLACE + "}}"),
            Map.entry("formatDocument", "{\"path\":\"/tmp/was-here.py\"}"),
            Map.entry("createRun", "{\"name\":\"x\"}"),
            Map.entry("finishRun", "{\"status\":\"failed\"}"),
            Map.entry("reportPoints", "{\"points\":[{\"name\":\"x\",\"value\":1}]}"),
            Map.entry("reportLines", "{\"lines\":[\"x\"]}"),
            Map.entry("createArtifact", "{\"name\":\"x\",\"content\":\"\"}"),
            Map.entry("changeMode", "{\"path\":\"/tmp\",\"mode\":0}"),
            Map.entry("changeOwner", "{\"path\":\"/tmp\",\"owner\":\"user\"}"));

    /** The same of queries. */
    private static final Map<String, String> QUERIES = Map.ofEntries(
            Map.entry("listInstances", "?service_name=x"),
            Map.entry("getHost", "?port=8000"),
            Map.entry("getPreviewUrl", "?port=8000"),
            Map.entry("statFile", "?path=/etc/hosts"),
            Map.entry("fileExists", "?path=/etc/hosts"),
            Map.entry("readFile", "?path=/etc/hosts"),
            Map.entry("downloadFile", "?path=/etc/hosts"),
            Map.entry("getDownloadUrl", "?path=/etc/hosts"),
            Map.entry("deleteFile", "?path=/tmp/was-here"),
            Map.entry("writeBytes", "?path=/tmp/was-here"),
            Map.entry("uploadFile", "?path=/tmp/was-here"),
            Map.entry("deleteBranch", "?path=/tmp/was-here"),
            Map.entry("getDiff", "?path=/tmp/was-here"),
            Map.entry("getLog", "?path=/tmp/was-here"),
            Map.entry("getStatus", "?path=/tmp/was-here"),
            Map.entry("listBranches", "?path=/tmp/was-here"));

    /** What takes bytes as such. */
    private static final Set<String> OF_BYTES = Set.of("writeBytes", "uploadFile");

    private Endpoints() {}

    /**
     * One of them.
     *
     * @param path with its variables in braces
     * @param scopes of which one is enough; empty where none is needed
     */
    record Endpoint(String operation, String method, String path, List<String> scopes) {
        boolean isOfASandbox() {
            return path.startsWith(Ground.SANDBOXES + "/{id}") && !isStream();
        }

        /** For a plain request nothing is there, whoever asks. */
        private boolean isStream() {
            return Stream.of(Area.values()).anyMatch(area -> area.servesStream(of("any")));
        }

        String of(String sandbox) {
            return path.replace("{id}", sandbox).replaceAll("\\{[^}]+}", "1") + QUERIES.getOrDefault(operation, "");
        }

        String contentType() {
            return OF_BYTES.contains(operation) ? "application/octet-stream" : "application/json";
        }

        String body() {
            return method.equals("GET") ? "" : BODIES.getOrDefault(operation, "{}");
        }

        @Override
        public String toString() {
            return method + " " + path.replace("/api/v1", "");
        }
    }

    private static List<Endpoint> read() {
        return new ClassFileImporter()
                .importPackages("dev.elevo.functions").stream()
                        .filter(type -> type.isAnnotatedWith(Controller.class))
                        .map(JavaClass::reflect)
                        .flatMap(type -> Stream.of(type.getDeclaredMethods())
                                .flatMap(method -> endpoint(
                                        type.getAnnotation(Controller.class).value(), method)))
                        // They are tried as what they are, see Sockets.
                        .filter(endpoint ->
                                Stream.of(Area.values()).noneMatch(area -> area.servesStream(endpoint.path())))
                        .sorted((one, other) -> one.toString().compareTo(other.toString()))
                        .toList();
    }

    private static Stream<Endpoint> endpoint(String prefix, Method method) {
        return Stream.of(
                        mapped("GET", Get.class, Get::value, prefix, method),
                        mapped("POST", Post.class, Post::value, prefix, method),
                        mapped("PUT", Put.class, Put::value, prefix, method),
                        mapped("PATCH", Patch.class, Patch::value, prefix, method),
                        mapped("DELETE", Delete.class, Delete::value, prefix, method))
                .flatMap(Optional::stream);
    }

    private static <A extends Annotation> Optional<Endpoint> mapped(
            String verb, Class<A> annotation, Function<A, String> value, String prefix, Method method) {
        var mapping = method.getAnnotation(annotation);
        if (mapping == null) {
            return Optional.empty();
        }
        var needs = method.getAnnotation(NeedsScope.class);
        var path = value.apply(mapping);
        var whole = (prefix + (path.equals("/") ? "" : path)).replaceFirst("\\{\\?[^}]*}$", "");
        return Optional.of(
                new Endpoint(method.getName(), verb, whole, needs == null ? List.of() : List.of(needs.value())));
    }
}
