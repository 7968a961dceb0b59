/** What the tests of all modules do in one way. */
@NullMarked
package dev.elevo.contract.testing;

import org.jspecify.annotations.NullMarked;
