package dev.elevo.cli;

import dev.elevo.client.ApiException;
import dev.elevo.client.WorkspaceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;

/** What comes in goes on, as much of it at once as has come while the last was on its way: requests are counted, bytes are not. */
final class InputPump {
    private static final int MOST_WAITING = 1 << 20;

    /** The process has ended, or its sandbox, or it takes no more: its exit says the rest. */
    private static final Set<Integer> NOBODY_READS = Set.of(4001, 4005, 2003, 2001);

    private final InputStream from;
    private final Sink to;
    private final Runnable end;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
    private boolean isOver;

    interface Sink {
        void write(byte[] bytes) throws InterruptedException;
    }

    private InputPump(InputStream from, Sink to, Runnable end) {
        this.from = from;
        this.to = to;
        this.end = end;
    }

    /** Nothing waits for it: what it has not read when we end is not ours. */
    static void start(InputStream from, Sink to, Runnable end) {
        var pump = new InputPump(from, to, end);
        Thread.ofPlatform().daemon().name("stdin").start(pump::read);
        Thread.ofPlatform().daemon().name("input").start(pump::send);
    }

    private void read() {
        var buffer = new byte[1 << 16];
        try {
            for (var count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                keep(buffer, count);
            }
        } catch (IOException e) {
            System.err.println("elevo: stdin: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            finish();
        }
    }

    private synchronized void keep(byte[] buffer, int count) throws InterruptedException {
        while (waiting.size() >= MOST_WAITING) {
            wait();
        }
        waiting.write(buffer, 0, count);
        notifyAll();
    }

    private synchronized void finish() {
        isOver = true;
        notifyAll();
    }

    private void send() {
        try {
            for (var bytes = take(); bytes.length > 0; bytes = take()) {
                to.write(bytes);
            }
            end.run();
        } catch (ApiException e) {
            if (!NOBODY_READS.contains(e.code())) {
                System.err.println("elevo: stdin: " + e.getMessage());
            }
        } catch (WorkspaceException e) {
            System.err.println("elevo: stdin: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Empty at the end. */
    private synchronized byte[] take() throws InterruptedException {
        while (waiting.size() == 0 && !isOver) {
            wait();
        }
        var bytes = waiting.toByteArray();
        waiting.reset();
        notifyAll();
        return bytes;
    }
}
