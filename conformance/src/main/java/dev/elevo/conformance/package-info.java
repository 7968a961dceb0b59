/** Runs the statements against a deployment, and says what of the API they tried. */
@NullMarked
package dev.elevo.conformance;

import org.jspecify.annotations.NullMarked;
