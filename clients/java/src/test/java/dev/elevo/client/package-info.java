/** Tests of the client against services of their own that answer what is needed. */
@NullMarked
package dev.elevo.client;

import org.jspecify.annotations.NullMarked;
