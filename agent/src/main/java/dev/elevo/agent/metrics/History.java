package dev.elevo.agent.metrics;

import dev.elevo.contract.sandbox.SandboxMetrics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The samples of one sandbox's last day, in a file that never grows beyond it: every ten seconds of the day have their place, so
 * that nothing but the sample itself is ever written. Where nothing was sampled the file has holes.
 */
final class History {
    static final Duration PERIOD = Duration.ofSeconds(10);
    static final Duration KEPT = Duration.ofDays(1);

    private static final int PLACES = (int) KEPT.dividedBy(PERIOD);
    private static final int CHECKSUM = Integer.BYTES;
    private static final int LENGTH = CHECKSUM + 2 * Float.BYTES + 7 * Long.BYTES + Integer.BYTES;

    private final Path file;

    History(Path file) {
        this.file = file;
    }

    void add(SandboxMetrics sample) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            var bytes = write(sample);
            for (var at = (long) place(sample.timestamp()) * LENGTH; bytes.hasRemaining(); ) {
                at += channel.write(bytes, at);
            }
        }
    }

    /** Oldest first. What is older than a day is overwritten sooner or later, and not told until then either. */
    List<SandboxMetrics> between(Instant start, Instant end) throws IOException {
        var oldest = Instant.now().minus(KEPT);
        var samples = new ArrayList<SandboxMetrics>();
        var all = all();
        while (all.remaining() >= LENGTH) {
            var bytes = all.slice(all.position(), LENGTH);
            all.position(all.position() + LENGTH);
            if (bytes.getInt(0) != 0 && bytes.getInt(0) == checksum(bytes)) {
                var sample = read(bytes);
                var at = sample.timestamp();
                if (!at.isBefore(start) && !at.isAfter(end) && at.isAfter(oldest)) {
                    samples.add(sample);
                }
            }
        }
        samples.sort(Comparator.comparing(SandboxMetrics::timestamp));
        return samples;
    }

    private ByteBuffer all() throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var all = ByteBuffer.allocate((int) Math.min(channel.size(), (long) PLACES * LENGTH));
            while (all.hasRemaining() && channel.read(all) >= 0) {
                // Until all of it is there.
            }
            return all.flip();
        } catch (NoSuchFileException neverSampled) {
            return ByteBuffer.allocate(0);
        }
    }

    private static int place(Instant at) {
        return (int) Math.floorMod(at.getEpochSecond() / PERIOD.toSeconds(), (long) PLACES);
    }

    private static ByteBuffer write(SandboxMetrics sample) {
        var bytes = ByteBuffer.allocate(LENGTH)
                .putInt(0)
                .putFloat((float) sample.cpuUsagePercent())
                .putFloat((float) sample.cpuCount())
                .putLong(sample.timestamp().toEpochMilli())
                .putLong(sample.memoryUsed())
                .putLong(sample.memoryTotal())
                .putLong(sample.diskUsed())
                .putLong(sample.diskTotal())
                .putLong(sample.networkRxBytes())
                .putLong(sample.networkTxBytes())
                .putInt(sample.processCount())
                .flip();
        return bytes.putInt(0, checksum(bytes));
    }

    private static SandboxMetrics read(ByteBuffer bytes) {
        bytes.position(CHECKSUM);
        var cpuUsagePercent = decimal(bytes.getFloat());
        var cpuCount = decimal(bytes.getFloat());
        var timestamp = Instant.ofEpochMilli(bytes.getLong());
        var memoryUsed = bytes.getLong();
        var memoryTotal = bytes.getLong();
        var diskUsed = bytes.getLong();
        var diskTotal = bytes.getLong();
        return new SandboxMetrics(
                timestamp,
                cpuUsagePercent,
                cpuCount,
                memoryUsed,
                memoryTotal,
                Percent.of(memoryUsed, memoryTotal),
                diskUsed,
                diskTotal,
                Percent.of(diskUsed, diskTotal),
                bytes.getLong(),
                bytes.getLong(),
                bytes.getInt());
    }

    /** As it was written: a float that says 33.3 is a double that says 33.29999923706055. */
    private static double decimal(float value) {
        return Double.parseDouble(Float.toString(value));
    }

    private static int checksum(ByteBuffer bytes) {
        var sum = new CRC32();
        sum.update(bytes.slice(CHECKSUM, LENGTH - CHECKSUM));
        return (int) sum.getValue();
    }
}
