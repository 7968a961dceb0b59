package dev.elevo.contract.blob;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

class FileBlobStoreTest extends BlobStoreContract {
    private @Nullable BlobStore opened;

    @Override
    protected synchronized BlobStore store() throws IOException {
        var store = opened;
        if (store == null) {
            store = new FileBlobStore(directory.resolve("blobs"));
            opened = store;
        }
        return store;
    }
}
