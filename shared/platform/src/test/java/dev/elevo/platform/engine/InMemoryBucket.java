package dev.elevo.platform.engine;

import dev.elevo.contract.blob.BlobAddresses;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A bucket without bytes: what is expected in it, and what is there. */
final class InMemoryBucket implements BlobAddresses {
    private final Map<String, String> uploads = new HashMap<>();
    private final List<String> keys = new ArrayList<>();
    private int begun;
    private Runnable beforeExpecting = () -> {};
    private Runnable afterCompleting = () -> {};

    /** How many uploads nobody has ended. */
    int underWay() {
        return uploads.size();
    }

    /** Of all uploads there ever were. */
    int begun() {
        return begun;
    }

    List<String> keys() {
        return keys;
    }

    /** Happens once. */
    void beforeExpecting(Runnable work) {
        beforeExpecting = work;
    }

    /** Happens once. */
    void afterCompleting(Runnable work) {
        afterCompleting = work;
    }

    @Override
    public Arrival expect(String key) {
        var work = beforeExpecting;
        beforeExpecting = () -> {};
        work.run();
        var id = "upload-" + ++begun;
        uploads.put(id, key);
        return new Arrival(key, id);
    }

    @Override
    public List<URI> parts(Arrival arrival, int count, Duration life) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> URI.create("https://bucket/" + arrival.key() + "?uploadId=" + arrival.id()))
                .toList();
    }

    @Override
    public void complete(Arrival arrival, List<String> etags) throws IOException {
        if (uploads.remove(arrival.id()) != null) {
            keys.add(arrival.key());
        } else if (!keys.contains(arrival.key())) {
            throw new IOException("no such upload");
        }
        var work = afterCompleting;
        afterCompleting = () -> {};
        work.run();
    }

    @Override
    public void abandon(Arrival arrival) {
        uploads.remove(arrival.id());
    }

    @Override
    public URI departure(String key, Duration life) {
        return URI.create("https://bucket/" + key);
    }

    @Override
    public URI departure(String key, Duration life, Label label) {
        return departure(key, life);
    }

    @Override
    public void delete(String key) {
        keys.remove(key);
    }
}
