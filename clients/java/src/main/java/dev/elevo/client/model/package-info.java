/** What is sent and answered, as records: generated from the service's description, nothing by hand. */
@NullMarked
package dev.elevo.client.model;

import org.jspecify.annotations.NullMarked;
