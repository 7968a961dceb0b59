package dev.elevo.agent.workspace;

import dev.elevo.contract.agent.SaveWorkspace;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is to be done with the files when the machine is taken away. */
@Singleton
public final class LastSave {
    private @Nullable Arranged arranged;

    /** Where the files of which sandbox go. */
    public record Arranged(String sandboxId, SaveWorkspace to) {}

    synchronized void arrange(String sandboxId, SaveWorkspace to) {
        arranged = new Arranged(sandboxId, to);
    }

    /** Once: it is the end. */
    public synchronized Optional<Arranged> take() {
        var taken = Optional.ofNullable(arranged);
        arranged = null;
        return taken;
    }
}
