/** The connection to the state table and its creation for the local run; what is stored belongs to the stores of each concern. */
@NullMarked
package dev.elevo.platform.dynamo;

import org.jspecify.annotations.NullMarked;
