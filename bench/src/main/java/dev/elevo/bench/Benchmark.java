package dev.elevo.bench;

import java.util.List;

/** One subject of {@code ./elevo bench}. Starts what it needs and ends it again. */
interface Benchmark {
    /** As typed on the command line. */
    String name();

    List<Line> run() throws Exception;
}
