/** Repositories inside a sandbox, by its own git. */
@NullMarked
@Configuration
@Requires(property = "elevo.area", value = "git")
package dev.elevo.functions.git;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
