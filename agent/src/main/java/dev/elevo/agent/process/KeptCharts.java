package dev.elevo.agent.process;

import dev.elevo.contract.process.Chart;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * What a program drew.
 *
 * @param cut whether there was more than is kept
 */
@Serdeable
record KeptCharts(List<Chart> charts, boolean cut) {
    static final KeptCharts NONE = new KeptCharts(List.of(), false);

    KeptCharts {
        charts = List.copyOf(charts);
    }
}
