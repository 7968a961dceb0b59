/**
 * The life of sandboxes: create, fork, change, look, delete, and the sweeper that ends what has to end. Besides, what is told of it,
 * by streams of events and by messages to devices; what sandboxes use, one and all; and who may visit their ports.
 */
@NullMarked
@Configuration
@Requires(property = "elevo.area", value = "sandboxes")
package dev.elevo.functions.sandboxes;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
