/** The description of the API, made of what the controllers and records say of themselves. */
@NullMarked
package dev.elevo.openapi;

import org.jspecify.annotations.NullMarked;
