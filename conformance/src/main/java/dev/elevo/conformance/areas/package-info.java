/** The contract, statement by statement: one class per area, and those that hold for every endpoint. */
@NullMarked
package dev.elevo.conformance.areas;

import org.jspecify.annotations.NullMarked;
