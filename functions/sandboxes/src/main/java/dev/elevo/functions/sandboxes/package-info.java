/** The life of sandboxes: create, look, delete, and the sweeper that ends what has to end. */
@NullMarked
@Configuration
@Requires(property = "elevo.area", value = "sandboxes")
package dev.elevo.functions.sandboxes;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
