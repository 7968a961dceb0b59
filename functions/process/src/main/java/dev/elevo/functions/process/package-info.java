/** What runs inside a sandbox: commands, their results and their output. */
@NullMarked
@Configuration
@Requires(property = "elevo.area", value = "process")
package dev.elevo.functions.process;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
