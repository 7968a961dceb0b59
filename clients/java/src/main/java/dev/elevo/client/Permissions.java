package dev.elevo.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Of a local file, as the service speaks of them. */
final class Permissions {
    private static final int OWN = 0777;
    private static final String USUAL_OF_DIRECTORY = "0755";

    private Permissions() {}

    /** With a leading zero, as a query has it. Null where files have none. */
    static @Nullable String octal(Path file) throws IOException {
        var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        return view == null
                ? null
                : "0%03o".formatted(bits(view.readAttributes().permissions()));
    }

    /** What the service gives to a new directory, as to one whose own has none. */
    static boolean isUsualOfDirectory(Path directory) throws IOException {
        var own = octal(directory);
        return own == null || own.equals(USUAL_OF_DIRECTORY);
    }

    /** Gives it to what is there itself, through no link. */
    static void give(Path place, int mode) throws IOException {
        var view = Files.getFileAttributeView(place, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view != null) { // not every system has them
            view.setPermissions(of(mode));
        }
    }

    private static int bits(Set<PosixFilePermission> permissions) {
        return permissions.stream().mapToInt(Permissions::bit).sum();
    }

    /** Of what is found in a sandbox nothing but who may read, write and execute it: no set-user-id. */
    private static Set<PosixFilePermission> of(int mode) {
        var permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (var permission : PosixFilePermission.values()) {
            if ((mode & OWN & bit(permission)) != 0) {
                permissions.add(permission);
            }
        }
        return permissions;
    }

    private static int bit(PosixFilePermission permission) {
        return switch (permission) {
            case OWNER_READ -> 0400;
            case OWNER_WRITE -> 0200;
            case OWNER_EXECUTE -> 0100;
            case GROUP_READ -> 0040;
            case GROUP_WRITE -> 0020;
            case GROUP_EXECUTE -> 0010;
            case OTHERS_READ -> 0004;
            case OTHERS_WRITE -> 0002;
            case OTHERS_EXECUTE -> 0001;
        };
    }
}
