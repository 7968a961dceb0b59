package dev.elevo.agent.driver;

import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Writes what an OCI runtime reads. What goes in beside the two resources are numbers and names of our own making. */
final class Bundle {
    private static final String GROUPS_MOUNT =
            ",{\"destination\":\"/sys/fs/cgroup\",\"type\":\"cgroup\",\"source\":\"cgroup\","
                    + "\"options\":[\"nosuid\",\"noexec\",\"nodev\",\"ro\"]}";

    private final String text;

    Bundle() {
        var architecture = switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "SCMP_ARCH_X86_64";
            case "aarch64" -> "SCMP_ARCH_AARCH64";
            case String other -> throw new IllegalStateException("no seccomp profile for " + other);
        };
        // In one line: the runtime reads it at every start.
        text = resource("bundle.json")
                .replace("@seccomp@", resource("seccomp.json").replace("@architecture@", architecture))
                .replaceAll("\\s*\\n\\s*", "");
    }

    void write(Slot slot, IdRange ids, Optional<String> group, Resources resources, Optional<Path> network)
            throws IOException {
        var net = network.map(path -> ",\"path\":\"" + path + "\"").orElse("");
        var namespaces = "{\"type\":\"pid\"},{\"type\":\"ipc\"},{\"type\":\"uts\"},{\"type\":\"mount\"},"
                + (group.isPresent() ? "{\"type\":\"cgroup\"}," : "")
                + "{\"type\":\"user\"},{\"type\":\"network\"" + net + "}";
        var map = "[{\"containerID\":0,\"hostID\":%d,\"size\":%d}]".formatted(ids.first(), ids.count());
        var identity = "\"uidMappings\":%s,\"gidMappings\":%s,".formatted(map, map)
                + group.map("\"cgroupsPath\":\"%s\","::formatted).orElse("");
        var memory = Cgroups.memoryBytes(resources);
        var limits = ("{\"devices\":[{\"allow\":false,\"access\":\"rwm\"}],\"memory\":{\"limit\":%s,\"swap\":%s},"
                        + "\"pids\":{\"limit\":%d},\"cpu\":{\"quota\":%s,\"period\":%d}}")
                .formatted(memory, memory, Cgroups.PIDS, Cgroups.cpuMicros(resources), Cgroups.CPU_PERIOD_MICROS);
        Files.writeString(
                slot.directory().resolve("config.json"),
                text.replace("@root@", slot.root().toString())
                        .replace("@namespaces@", namespaces)
                        .replace("@identity@", identity)
                        .replace("@resources@", group.isPresent() ? limits : "{}")
                        .replace("@groups@", group.isPresent() ? GROUPS_MOUNT : ""));
    }

    private static String resource(String name) {
        try (var stream = Bundle.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("the agent's jar lacks " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
