/** Snapshots of sandboxes. */
@NullMarked
@Configuration
@Requires(property = "elevo.area", value = "snapshots")
package dev.elevo.functions.snapshots;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
