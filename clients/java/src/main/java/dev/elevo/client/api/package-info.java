/** Every call of the service, one method each: generated from its description, nothing by hand. */
@NullMarked
package dev.elevo.client.api;

import org.jspecify.annotations.NullMarked;
