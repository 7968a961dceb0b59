package dev.elevo.functions.sandboxes;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** Where in a sandbox a volume is mounted. */
final class MountPath {
    /** The kernel's own: nothing is mounted there or below. */
    private static final Set<String> KERNELS = Set.of("proc", "sys", "dev");

    /** What a sandbox stands on. Below them is room. */
    private static final Set<String> GROUND =
            Set.of("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/home", "/var", "/run", "/tmp");

    private MountPath() {}

    /** Without slashes that say nothing; the root is empty. */
    static String normal(String path) {
        return Arrays.stream(path.split("/"))
                .filter(part -> !part.isEmpty())
                .map(part -> "/" + part)
                .collect(Collectors.joining());
    }

    /** Whether a sandbox would be none any more. */
    static boolean isReserved(String normal) {
        return normal.isEmpty() || GROUND.contains(normal) || KERNELS.contains(normal.split("/")[1]);
    }

    static boolean isBelow(String inner, String outer) {
        return inner.startsWith(outer + "/");
    }
}
