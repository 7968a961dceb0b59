/** What a statement is written with: callers, answers, streams, and the sandboxes they are tried on. Knows no endpoint by name but that of sandboxes and keys. */
@NullMarked
package dev.elevo.conformance.dsl;

import org.jspecify.annotations.NullMarked;
