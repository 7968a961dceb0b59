package dev.elevo.contract;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One function per area, and what reaches it. The local gateway routes by this table and the CDK application deploys by it,
 * so the two cannot differ. The most specific pattern wins; {@code {rest+}} matches one or more segments.
 */
public enum Area {
    SANDBOXES(
            "sandboxes",
            List.of("/api/v1/sandboxes", "/api/v1/sandboxes/{id}", "/api/v1/sandboxes/{id}/{rest+}", "/api/v1/stats"),
            List.of("/api/v1/events"),
            List.of(
                    new Schedule("sweep", Duration.ofMinutes(1)),
                    new Schedule("streams", Duration.ofMinutes(1)),
                    new Schedule("pushes", Duration.ofMinutes(1)))),
    PROCESS(
            "process",
            List.of(
                    "/api/v1/sandboxes/{id}/process",
                    "/api/v1/sandboxes/{id}/process/{rest+}",
                    "/api/v1/sandboxes/{id}/code/{rest+}",
                    "/api/v1/sandboxes/{id}/sessions",
                    "/api/v1/sandboxes/{id}/sessions/{rest+}",
                    "/api/v1/sandboxes/{id}/pty",
                    "/api/v1/sandboxes/{id}/pty/{rest+}",
                    "/api/v1/sandboxes/{id}/console",
                    "/api/v1/sandboxes/{id}/console/{rest+}"),
            List.of(
                    "/api/v1/sandboxes/{id}/process/{pid}/stream",
                    "/api/v1/sandboxes/{id}/pty/{pid}/connect",
                    "/api/v1/sandboxes/{id}/console/ws"),
            List.of(new Schedule("streams", Duration.ofMinutes(1)))),
    FILES(
            "files",
            List.of("/api/v1/sandboxes/{id}/files", "/api/v1/sandboxes/{id}/files/{rest+}"),
            List.of("/api/v1/sandboxes/{id}/files/watch"),
            List.of(new Schedule("streams", Duration.ofMinutes(1)))),
    GIT("git", List.of("/api/v1/sandboxes/{id}/git/{rest+}"), List.of(), List.of()),
    SNAPSHOTS(
            "snapshots",
            List.of("/api/v1/snapshots", "/api/v1/snapshots/{id}", "/api/v1/sandboxes/{id}/checkpoint"),
            List.of(),
            List.of(new Schedule("snapshots", Duration.ofMinutes(1)))),
    LSP("lsp", List.of("/api/v1/sandboxes/{id}/lsp/{rest+}"), List.of(), List.of()),
    VOLUMES(
            "volumes",
            List.of("/api/v1/volumes", "/api/v1/volumes/{id}", "/api/v1/volumes/{id}/{rest+}"),
            List.of(),
            List.of(new Schedule("sweep", Duration.ofMinutes(1)))),
    RUNS(
            "runs",
            List.of(
                    "/api/v1/runs",
                    "/api/v1/runs/{id}",
                    "/api/v1/runs/{id}/{rest+}",
                    "/api/v1/artifacts",
                    "/api/v1/artifacts/{id}",
                    "/api/v1/artifacts/{id}/{rest+}"),
            List.of("/api/v1/runs/{id}/logs/ws"),
            List.of(new Schedule("sweep", Duration.ofMinutes(1)), new Schedule("streams", Duration.ofMinutes(1)))),
    DOCS(
            "docs",
            List.of(
                    "/openapi.yaml",
                    "/api/v1/openapi.yaml",
                    "/swagger-ui",
                    "/swagger-ui/{file}",
                    "/console",
                    "/console/{file}"),
            List.of(),
            List.of()),
    /** Also answers what no other area claims. */
    ADMIN(
            "admin",
            List.of("/{rest+}"),
            List.of(),
            List.of(new Schedule("projection", Duration.ofMinutes(1)), new Schedule("health", Duration.ofMinutes(1))));

    private final String areaName;
    private final List<String> paths;
    private final List<String> streams;
    private final List<Schedule> schedules;

    Area(String areaName, List<String> paths, List<String> streams, List<Schedule> schedules) {
        this.areaName = areaName;
        this.paths = paths;
        this.streams = streams;
        this.schedules = schedules;
    }

    /** Name of the folder under {@code functions/}, of the package and of the deployed function. */
    public String areaName() {
        return areaName;
    }

    /** HTTP path patterns in the notation of API Gateway, any method. */
    public List<String> paths() {
        return paths;
    }

    /** WebSocket path patterns, in the same notation without greedy variables. */
    public List<String> streams() {
        return streams;
    }

    /** Whether it has streams of what is inside a sandbox, which the agent there serves. */
    public boolean hasStreamsOfSandboxes() {
        return streams.stream().anyMatch(stream -> stream.startsWith("/api/v1/sandboxes/{id}/"));
    }

    public boolean servesStream(String path) {
        return streams.stream().anyMatch(pattern -> matches(pattern.split("/", -1), path.split("/", -1)));
    }

    private static boolean matches(String[] pattern, String[] path) {
        return pattern.length == path.length
                && IntStream.range(0, path.length)
                        .allMatch(i -> pattern[i].startsWith("{") ? !path[i].isEmpty() : pattern[i].equals(path[i]));
    }

    public List<Schedule> schedules() {
        return schedules;
    }

    /** The Lambda handler class, by rule: {@code functions.files} holds {@code FilesFunction}. */
    public String handlerClass() {
        return "dev.elevo.functions." + areaName + "." + Character.toUpperCase(areaName.charAt(0))
                + areaName.substring(1) + "Function";
    }

    /** A timed event for the area's function. */
    public record Schedule(String name, Duration every) {}
}
