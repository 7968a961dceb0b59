/** Tests of the package of the same name. */
@NullMarked
package dev.elevo.platform.sandbox;

import org.jspecify.annotations.NullMarked;
