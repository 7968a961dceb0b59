/** Tests of what every stream has in common. */
@NullMarked
package dev.elevo.platform.streams;

import org.jspecify.annotations.NullMarked;
