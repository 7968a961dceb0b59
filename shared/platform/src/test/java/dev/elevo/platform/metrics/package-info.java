@NullMarked
package dev.elevo.platform.metrics;

import org.jspecify.annotations.NullMarked;
