/**
 * What a statement is written with: callers, answers, streams, and what they are tried on. Knows by name the description, and of the
 * endpoints those that bring about what a statement begins with: sandboxes and what is in them, keys, users and organizations.
 */
@NullMarked
package dev.elevo.conformance.dsl;

import org.jspecify.annotations.NullMarked;
