/** How often one may call: rate classes, buckets and their decisions. */
@NullMarked
package dev.elevo.platform.limits;

import org.jspecify.annotations.NullMarked;
