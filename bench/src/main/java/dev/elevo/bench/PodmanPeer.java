package dev.elevo.bench;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Debian's podman behind its own REST API, with crun. Its root file system is that of our sandboxes: a small skeleton and the
 * host's /usr, read-only. It gets no network, which is less than our sandboxes get and spares it the set-up.
 */
final class PodmanPeer implements AutoCloseable {
    private static final String API = "/v4.0.0/libpod";

    /** The image with nothing but the folders of a root. */
    static final String SKELETON = "skeleton";

    private static final String REMOVAL = "?force=true&timeout=0";
    private static final int REMOVAL_TRIES = 20;

    private final Path folder;
    private final Path socket;
    private final Wire wire;
    private final String ofFolder;

    PodmanPeer(Scratch scratch) throws IOException, InterruptedException {
        folder = scratch.folder();
        var skeleton = skeleton(folder);
        socket = folder.resolve("podman.sock");
        scratch.start(
                "podman",
                Map.of("CONTAINERS_CONF", configuration(folder).toString()),
                List.of("unshare", "-m", "sh", "-c", serviceCommand(folder)));
        scratch.await("podman", Duration.ofSeconds(20), () -> Files.exists(socket));
        wire = connect();
        ofFolder = """
                "rootfs": "%s", "rootfs_overlay": true""".formatted(skeleton);
    }

    /** A connection of its own. */
    Wire connect() {
        return new Wire(UnixDomainSocketAddress.of(socket), Map.of());
    }

    /** Create, start and the output of a first command; the container is removed afterwards, outside the time. */
    long createAndRun(String word) throws IOException {
        var start = System.nanoTime();
        var container = started(wire);
        var answer = exec(container, "/bin/echo", word);
        var nanos = System.nanoTime() - start;

        remove(wire, container);
        if (!answer.endsWith(word + "\n")) {
            throw new WrongReply("podman printed " + answer);
        }
        return nanos;
    }

    /** Create and start; the container is removed afterwards, outside the time. */
    long create(Wire by) throws IOException {
        var start = System.nanoTime();
        var container = started(by);
        var nanos = System.nanoTime() - start;
        remove(by, container);
        return nanos;
    }

    /** A container that runs. */
    String started(Wire by) throws IOException {
        return started(by, ofFolder);
    }

    /** A container of an image, which is what podman can make another image of. */
    String startedOf(String image) throws IOException {
        return started(wire, "\"image\": \"%s\"".formatted(image));
    }

    private static String started(Wire by, String root) throws IOException {
        var body = """
                {%s, "command": ["sleep", "infinity"], "netns": {"nsmode": "none"},
                 "mounts": [{"type": "bind", "source": "/usr", "destination": "/usr", "options": ["ro"]}]}""".formatted(root);
        var created = Json.object(by.post(API + "/containers/create", body).expect(201));
        var container = API + "/containers/" + Json.text(created, "Id");
        by.post(container + "/start", "{}").expect(204);
        return container;
    }

    long pause(Wire by, String container) throws IOException {
        return change(by, container + "/pause");
    }

    long unpause(Wire by, String container) throws IOException {
        return change(by, container + "/unpause");
    }

    private static long change(Wire by, String path) throws IOException {
        var start = System.nanoTime();
        var reply = by.post(path, "{}");
        var nanos = System.nanoTime() - start;
        reply.expect(204);
        return nanos;
    }

    /** An image of what a container has become, while nothing runs in it. */
    void commit(String container, String image) throws IOException {
        var id = container.substring(container.lastIndexOf('/') + 1);
        wire.post(API + "/commit?pause=true&container=" + id + "&repo=" + image, "{}")
                .expect(200);
    }

    void remove(String container) throws IOException {
        remove(wire, container);
    }

    void removeImage(String image) throws IOException {
        wire.delete(API + "/images/" + image + "?force=true").expect(200);
    }

    /** Podman finds its own mounts busy at times. */
    void remove(Wire by, String container) throws IOException {
        var reply = by.delete(container + REMOVAL);
        for (int i = 0; i < REMOVAL_TRIES && reply.status() == 500; i++) {
            reply = by.delete(container + REMOVAL);
        }
        if (reply.status() != 404) {
            reply.expect(200);
        }
    }

    /** What a command has printed, which must succeed. */
    String exec(String container, String... command) throws IOException {
        var wish = Map.of("Cmd", List.of(command), "AttachStdout", true, "AttachStderr", true);
        var exec = Json.object(wire.post(container + "/exec", Json.write(wish)).expect(201));
        var id = API + "/exec/" + Json.text(exec, "Id");
        var output =
                wire.post(id + "/start", "{\"Detach\": false, \"Tty\": false}").expect(200);
        var ended = Json.object(wire.get(id + "/json").expect(200));
        if (!(ended.get("ExitCode") instanceof Number code) || code.intValue() != 0) {
            throw new WrongReply("podman's exec ended with " + ended);
        }
        return output.text();
    }

    private static String serviceCommand(Path folder) {
        // crun refuses a hybrid of cgroup v1 and v2, so the v2 tree is taken away where both are mounted, for podman
        // only.
        return """
                if [ -e /sys/fs/cgroup/unified ]; then umount /sys/fs/cgroup/unified; fi
                set -- podman --root '%1$s/root' --runroot '%1$s/run' --storage-driver overlay
                tar c -C '%1$s/skeleton' . | "$@" import -q - %2$s || exit 1
                exec "$@" system service --time=0 'unix://%1$s/podman.sock'
                """.formatted(folder, SKELETON);
    }

    /** Without the limits podman fails where it may not raise them. */
    private static Path configuration(Path folder) throws IOException {
        return Files.writeString(folder.resolve("containers.conf"), """
                [containers]
                default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
                [engine]
                runtime = "crun"
                cgroup_manager = "cgroupfs"
                events_logger = "none"
                """);
    }

    private static Path skeleton(Path folder) throws IOException {
        var root = folder.resolve("skeleton");
        for (var name : List.of("usr", "proc", "sys", "dev", "tmp", "etc", "root", "home/user", "run", "var")) {
            Files.createDirectories(root.resolve(name));
        }
        for (var name : List.of("bin", "sbin", "lib", "lib64")) {
            Files.createSymbolicLink(root.resolve(name), Path.of("usr", name));
        }
        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0::/root:/bin/sh\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\n");
        return root;
    }

    @Override
    public void close() throws IOException {
        wire.close();
        endMonitors();
    }

    /** Podman leaves a process for every command it ran, which lives five minutes longer than the command. */
    private void endMonitors() {
        ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(folder.toString()))
                .filter(process -> process.info().command().orElse("").endsWith("/conmon"))
                .forEach(ProcessHandle::destroyForcibly);
    }
}
