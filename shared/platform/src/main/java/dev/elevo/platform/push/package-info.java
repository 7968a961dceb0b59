/** What is told to people on their devices: whom they belong to, and what waits to be told. */
@NullMarked
package dev.elevo.platform.push;

import org.jspecify.annotations.NullMarked;
