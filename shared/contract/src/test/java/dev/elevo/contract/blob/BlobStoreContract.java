package dev.elevo.contract.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.blob.BlobStore.Blob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store of blobs does, wherever it keeps them. */
public abstract class BlobStoreContract {
    private static final int PAGE = 4096;

    @TempDir
    protected Path directory;

    /** One that is empty at the first call of a test, and the same one afterwards as if from another process. */
    protected abstract BlobStore store() throws IOException;

    @Test
    void what_was_put_is_there_for_everybody() throws IOException {
        store().put("org/packs/one", bytes("hello, world"));

        assertThat(text("org/packs/one", 0, 12)).isEqualTo("hello, world");
        assertThat(text("org/packs/one", 7, 5)).isEqualTo("world");
        assertThat(store().size("org/packs/one")).hasValue(12);
    }

    @Test
    void a_file_can_be_put() throws IOException {
        var content = new byte[3 << 20];
        Arrays.fill(content, (byte) 7);
        var file = Files.write(directory.resolve("file"), content);

        store().put("big", file);

        var read = ByteBuffer.allocate(content.length);
        store().read("big", 0, read);
        assertThat(read.array()).isEqualTo(content);
    }

    @Test
    void what_is_staged_is_there_when_it_is_published_and_not_before() throws IOException {
        var file = Files.writeString(directory.resolve("file"), "content");
        store().put("old", bytes("old"));

        store().stage("new", file).close();
        try (var staged = store().stage("old", file)) {
            assertThat(text("old", 0, 3)).isEqualTo("old");
            staged.publish();
        }

        assertThat(text("old", 0, 7)).isEqualTo("content");
        assertThat(store().list("")).extracting(BlobStore.Blob::key).containsExactly("old");
    }

    /** What lies in whole pages is not written as other things are. */
    @ParameterizedTest
    @ValueSource(ints = {1 << 20, (1 << 20) + 1, (3 << 20) - 1, 3 << 20})
    void what_is_large_is_stored_to_its_last_byte_and_its_buffer_stays_as_it_is(int length) throws IOException {
        var content = ByteBuffer.allocateDirect(length + 3 * PAGE).alignedSlice(PAGE);
        for (int i = 0; i < content.capacity(); i++) {
            content.put(i, (byte) ((i * 31) >> 4));
        }
        content.position(PAGE).limit(PAGE + length);

        store().put("large", content);

        var read = ByteBuffer.allocate(length);
        store().read("large", 0, read);
        assertThat(store().size("large")).hasValue(length);
        assertThat(content.remaining()).isEqualTo(length);
        assertThat(read.flip()).isEqualTo(content);
    }

    @Test
    void what_is_put_takes_the_place_of_what_was_there() throws IOException {
        store().put("key", bytes("long and old"));
        store().put("key", bytes("new"));

        assertThat(store().size("key")).hasValue(3);
        assertThat(text("key", 0, 3)).isEqualTo("new");
    }

    @Test
    void nothing_is_a_content_too() throws IOException {
        store().put("empty", bytes(""));

        assertThat(store().size("empty")).hasValue(0);
        assertThat(store().list("")).containsExactly(new Blob("empty", 0));
    }

    @Test
    void what_is_not_there_is_missing() throws IOException {
        assertThat(store().size("nothing")).isEmpty();
        assertThatThrownBy(() -> text("nothing", 0, 1))
                .isInstanceOfSatisfying(
                        MissingBlobException.class, e -> assertThat(e.key()).isEqualTo("nothing"));
    }

    @Test
    void what_is_too_short_is_missing() throws IOException {
        store().put("short", bytes("short"));

        assertThatThrownBy(() -> text("short", 0, 6)).isInstanceOf(MissingBlobException.class);
        assertThatThrownBy(() -> text("short", 5, 1)).isInstanceOf(MissingBlobException.class);
    }

    @Test
    void deleting_is_done_once_and_may_be_repeated() throws IOException {
        store().put("gone", bytes("content"));

        store().delete("gone");
        store().delete("gone");

        assertThat(store().size("gone")).isEmpty();
    }

    @Test
    void a_list_has_all_below_its_prefix_and_nothing_else() throws IOException {
        store().put("a/packs/1", bytes("1"));
        store().put("a/packs/2", bytes("22"));
        store().put("a/packs-other", bytes(""));
        store().put("b/packs/1", bytes("333"));

        assertThat(store().list("a/packs/"))
                .containsExactlyInAnyOrder(new Blob("a/packs/1", 1), new Blob("a/packs/2", 2));
        assertThat(store().list("")).hasSize(4);
        assertThat(store().list("c/")).isEmpty();
    }

    @Test
    void a_list_is_longer_than_any_page() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var puts = new ArrayList<Callable<Void>>();
            for (int i = 0; i < 1100; i++) {
                var key = "many/" + i;
                puts.add(() -> {
                    store().put(key, bytes("x"));
                    return null;
                });
            }
            for (var put : threads.invokeAll(puts)) {
                put.get();
            }
        }

        assertThat(store().list("many/")).hasSize(1100);
    }

    @Test
    void no_key_leads_anywhere_else() {
        for (var key : new String[] {"", "/a", "a/", "a//b", "../a", "a/../b", ".hidden", "a/.b", "a b", "a\0"}) {
            assertThatThrownBy(() -> store().put(key, bytes("x"))).as(key).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> store().size(key)).as(key).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> store().list("a")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store().list("../")).isInstanceOf(IllegalArgumentException.class);
    }

    private String text(String key, long offset, int length) throws IOException {
        var into = ByteBuffer.allocate(length);
        store().read(key, offset, into);
        return new String(into.array(), StandardCharsets.UTF_8);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
