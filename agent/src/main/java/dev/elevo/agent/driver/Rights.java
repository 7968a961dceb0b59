package dev.elevo.agent.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the agent may do on this host, and what it can build with that. */
enum Rights {
    /** Everything. */
    ROOT("root", OciRuntime.CANDIDATES),
    /** What root may in a user namespace, over the users that the host lends to the one who started us. */
    NAMESPACE("rootless", OciRuntime.ROOTLESS_CANDIDATES);

    private static final Path SELF = Path.of("/proc/self");
    private static final String ALL_USERS = "4294967295";

    private final String words;
    private final List<OciRuntime> runtimes;

    Rights(String words, List<OciRuntime> runtimes) {
        this.words = words;
        this.runtimes = runtimes;
    }

    /** Empty where nothing can be built. */
    static Optional<Rights> ofThisProcess() throws IOException {
        if (user() != 0) {
            return Optional.empty();
        }
        return Optional.of(firstMapping()[2].equals(ALL_USERS) ? ROOT : NAMESPACE);
    }

    /** Who started us, as the host knows him. */
    static String outerUser() throws IOException {
        return user() == 0 ? firstMapping()[1] : Integer.toString(user());
    }

    /** Who we are, as we see it ourselves. */
    static int user() throws IOException {
        return (int) Files.getAttribute(SELF, "unix:uid");
    }

    /** Id inside, id outside, count. */
    private static String[] firstMapping() throws IOException {
        return Files.readAllLines(SELF.resolve("uid_map")).getFirst().strip().split("\\s+", -1);
    }

    String words() {
        return words;
    }

    List<OciRuntime> runtimes() {
        return runtimes;
    }

    IdRange ids(Slot slot) {
        return this == ROOT ? slot.ids() : IdRange.LENT;
    }

    /** Who owns the template: whoever is root in a sandbox, unless its mount shifts the ids. */
    int templateOwner() {
        return this == ROOT ? 0 : IdRange.LENT.first();
    }

    /** How the helper mounts what a sandbox stands on: only root may shift ids. */
    List<String> mountOptions(Slot slot) {
        return this == ROOT
                ? List.of(
                        "--ids",
                        Integer.toString(slot.ids().first()),
                        Integer.toString(slot.ids().count()))
                : List.of("--user-attributes");
    }
}
