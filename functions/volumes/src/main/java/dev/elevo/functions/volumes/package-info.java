/** The life of volumes: make, look, enlarge, delete, and the sweep that finishes what somebody began. */
@NullMarked
@Configuration
@Requires(property = "elevo.area", value = "volumes")
package dev.elevo.functions.volumes;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
