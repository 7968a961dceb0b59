/** The program behind {@code ./elevo up}: the whole service on one machine. */
@NullMarked
package dev.elevo.localstack;

import org.jspecify.annotations.NullMarked;
