/** The client: what users of the service call, by hand where one call is not enough. */
@NullMarked
package dev.elevo.client;

import org.jspecify.annotations.NullMarked;
