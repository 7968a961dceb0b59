package dev.elevo.agent.driver;

import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where the host lends no control groups: nothing is limited, and a slot's processes are those that end with its first. */
final class NoGroups implements Groups {
    @Override
    public Set<String> enforced() {
        return Set.of();
    }

    @Override
    public Optional<String> path(Slot slot) {
        return Optional.empty();
    }

    @Override
    public void limit(Slot slot, Resources resources) {
        // Nothing is enforced, as enforced() says.
    }

    @Override
    public long memoryKills(Slot slot) {
        return 0;
    }

    @Override
    public Load load(Slot slot, ProcessId first) throws IOException {
        return ProcessTree.load(first);
    }

    @Override
    public void freeze(Slot slot) throws IOException {
        throw new IOException("without control groups nothing freezes");
    }

    @Override
    public void thaw(Slot slot) {
        // Nothing ever freezes.
    }

    @Override
    public boolean isFrozen(Slot slot) {
        return false;
    }

    @Override
    public Optional<Path> freezer(Slot slot) {
        return Optional.empty();
    }

    /** Nobody counts processes, so nobody is refused one. */
    @Override
    public boolean relieve(Slot slot, ProcessId first) {
        return false;
    }

    /**
     * With the first process of a pid namespace the kernel ends all others, and shows it as dead only after the last of them. When
     * it is reaped says nothing: that is for the init of the host, which may take its time.
     */
    @Override
    public void kill(Slot slot) throws IOException {
        var first = ProcessId.read(slot.pidFile());
        first.ifPresent(ProcessId::kill);
        Soon.done(() -> first.filter(ProcessId::alive)
                .map(_ -> new IOException("the processes of slot " + slot.name() + " do not end")));
    }

    @Override
    public void remove(Slot slot) {
        // There is none.
    }

    @Override
    public List<String> names() {
        return List.of();
    }

    @Override
    public void removeParent() {
        // There is none.
    }
}
