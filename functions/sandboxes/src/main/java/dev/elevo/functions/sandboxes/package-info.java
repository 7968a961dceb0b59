/** The life of sandboxes: create, fork, change, look, delete, and the sweeper that ends what has to end; and what they use, one and all. */
@NullMarked
@Configuration
@Requires(property = "elevo.area", value = "sandboxes")
package dev.elevo.functions.sandboxes;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
