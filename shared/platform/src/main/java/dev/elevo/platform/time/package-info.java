/** What time it is; replaced in tests that turn the clock. */
@NullMarked
package dev.elevo.platform.time;

import org.jspecify.annotations.NullMarked;
