/** The language servers of a sandbox. */
@NullMarked
@Configuration
@Requires(property = "elevo.area", value = "lsp")
package dev.elevo.functions.lsp;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
