@NullMarked
package dev.elevo.platform.push;

import org.jspecify.annotations.NullMarked;
