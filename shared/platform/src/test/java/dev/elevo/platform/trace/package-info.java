@NullMarked
package dev.elevo.platform.trace;

import org.jspecify.annotations.NullMarked;
