@NullMarked
package dev.elevo.conformance.dsl;

import org.jspecify.annotations.NullMarked;
