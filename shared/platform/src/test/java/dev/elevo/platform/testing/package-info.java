/** Fakes and a small area of endpoints, for tests that drive a function through its handler; also those of other modules. */
@NullMarked
package dev.elevo.platform.testing;

import org.jspecify.annotations.NullMarked;
