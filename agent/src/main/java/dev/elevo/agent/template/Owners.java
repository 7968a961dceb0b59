package dev.elevo.agent.template;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Whose the files of templates are on the host.
 *
 * @param root who owns what root owns inside: nobody but root where the mount shifts ids, else whoever is lent to us
 */
record Owners(int root) {
    private static final int MOST = 65_534;

    /** A user of the template, as the host knows him; those there is no room for become nobody. */
    int on(long inside) {
        return root + (int) (inside < 0 || inside > MOST ? MOST : inside);
    }

    void give(Path path, long user, long group) throws IOException {
        Files.setAttribute(path, "unix:uid", on(user), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", on(group), LinkOption.NOFOLLOW_LINKS);
    }

    /** Not of a link: it has none of its own, and this would follow it. Behind {@link #give}, which takes set-user-id away. */
    static void mode(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode);
    }
}
