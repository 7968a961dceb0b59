package dev.elevo.agent.driver;

import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Directories of the host's own file system, which ends all of them together. */
final class PlainDisks implements Disks {
    @Override
    public boolean areLimited() {
        return false;
    }

    @Override
    public boolean isLimited(Slot slot) {
        return false;
    }

    @Override
    public Path layers(Slot slot) {
        return slot.directory();
    }

    @Override
    public List<String> options(Slot slot, Resources resources, int owner) throws IOException {
        if (Disks.hasImage(slot)) {
            throw new IOException(
                    "slot " + slot.name() + " has its files on a disk of its own, which cannot be mounted here");
        }
        for (var name : LAYERS) {
            var made = Files.createDirectories(slot.directory().resolve(name));
            Templates.mode(made, "rwxr-xr-x");
            Templates.own(made, owner);
        }
        return List.of();
    }

    @Override
    public DiskUsage usage(Slot slot) throws IOException {
        return Disks.of(slot.directory());
    }
}
