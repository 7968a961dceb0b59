/** The files inside a sandbox. */
@NullMarked
@Configuration
@Requires(property = "elevo.area", value = "files")
package dev.elevo.functions.files;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
