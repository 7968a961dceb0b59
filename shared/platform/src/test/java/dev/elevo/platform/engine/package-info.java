/** Tests of the package of the same name. */
@NullMarked
package dev.elevo.platform.engine;

import org.jspecify.annotations.NullMarked;
