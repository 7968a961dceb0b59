/** The description of the API, the pages that show it, and the console. */
@NullMarked
@Configuration
@Requires(property = "elevo.area", value = "docs")
package dev.elevo.functions.docs;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
