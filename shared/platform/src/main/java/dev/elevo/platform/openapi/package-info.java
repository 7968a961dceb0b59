/** What a controller method says of itself for the description of the API, where its code does not. */
@NullMarked
package dev.elevo.platform.openapi;

import org.jspecify.annotations.NullMarked;
