/** Runs of experiments: what their clients report of them, and what they leave. */
@NullMarked
@Configuration
@Requires(property = "elevo.area", value = "runs")
package dev.elevo.functions.runs;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
