/**
 * The deployment itself: its health, its metrics, its configuration and its audit trail; organizations, their users, keys and
 * devices; and tokens that are revoked. Also answers what no other area claims.
 */
@NullMarked
@Configuration
@Requires(property = "elevo.area", value = "admin")
package dev.elevo.functions.admin;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
