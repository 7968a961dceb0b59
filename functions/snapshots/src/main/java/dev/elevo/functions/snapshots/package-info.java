/** Snapshots of sandboxes: taking, looking, deleting, and the sweep that finishes what somebody began. Their bytes are the agent's. */
@NullMarked
@Configuration
@Requires(property = "elevo.area", value = "snapshots")
package dev.elevo.functions.snapshots;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
