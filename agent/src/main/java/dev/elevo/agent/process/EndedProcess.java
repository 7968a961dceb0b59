package dev.elevo.agent.process;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A process that is over: how, and how to read what it wrote.
 *
 * @param charts absent where nobody asked for them
 */
record EndedProcess(
        ProcessRecord record, OutputSource output, @Nullable KeptCharts charts) {

    /** Opens the output; files stay open only while somebody reads. */
    interface OutputSource {
        <T> T read(Reading<T> reading) throws IOException;
    }

    /** What is to be done with the output. */
    interface Reading<T> {
        T from(Output output) throws IOException;
    }

    static OutputSource small(SmallOutput output) {
        return new OutputSource() {
            @Override
            public <T> T read(Reading<T> reading) throws IOException {
                return reading.from(output);
            }
        };
    }

    /** @param total what is told to be missing where the files had to make room */
    static OutputSource files(Path directory, int most, Output.Point total) {
        return new OutputSource() {
            @Override
            public <T> T read(Reading<T> reading) throws IOException {
                try (var files = OutputFiles.open(directory, most)) {
                    return reading.from(files);
                } catch (NoSuchFileException dropped) {
                    return reading.from(new DroppedOutput(total));
                }
            }
        };
    }
}
