/** What the operator decided about this deployment. */
@NullMarked
package dev.elevo.platform.deployment;

import org.jspecify.annotations.NullMarked;
