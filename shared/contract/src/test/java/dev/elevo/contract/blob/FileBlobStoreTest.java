package dev.elevo.contract.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FileBlobStoreTest extends BlobStoreContract {
    private @Nullable BlobStore opened;

    @Override
    protected synchronized BlobStore store() throws IOException {
        var store = opened;
        if (store == null) {
            store = new FileBlobStore(home());
            opened = store;
        }
        return store;
    }

    private Path home() {
        return directory.resolve("blobs");
    }

    @Test
    void what_is_staged_and_not_published_leaves_nothing_on_the_disk() throws IOException {
        var file = Files.writeString(directory.resolve("file"), "content");

        store().stage("new", file).close();

        try (var left = Files.walk(home())) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }
}
