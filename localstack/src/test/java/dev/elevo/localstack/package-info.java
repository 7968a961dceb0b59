/** The whole service over HTTP, started as a user starts it. */
@NullMarked
package dev.elevo.localstack;

import org.jspecify.annotations.NullMarked;
