package dev.elevo.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** Of a local file, as the service speaks of them. */
final class Permissions {
    private static final int OWN = 0777;

    private Permissions() {}

    /** With a leading zero, as a query has it. */
    static String octal(Path file) throws IOException {
        return "0%03o".formatted(bits(Files.getPosixFilePermissions(file)));
    }

    private static int bits(Set<PosixFilePermission> permissions) {
        return permissions.stream().mapToInt(Permissions::bit).sum();
    }

    /** Of what is found in a sandbox nothing but who may read, write and execute it: no set-user-id. */
    static Set<PosixFilePermission> of(int mode) {
        var permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (var permission : PosixFilePermission.values()) {
            if ((mode & OWN & bit(permission)) != 0) {
                permissions.add(permission);
            }
        }
        return permissions;
    }

    /** They are declared in the order of the bits, from the highest. */
    private static int bit(PosixFilePermission permission) {
        return 0400 >> permission.ordinal();
    }
}
