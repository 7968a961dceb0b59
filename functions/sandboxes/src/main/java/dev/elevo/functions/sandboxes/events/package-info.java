/** The stream of what becomes of the sandboxes of an organization. */
@NullMarked
package dev.elevo.functions.sandboxes.events;

import org.jspecify.annotations.NullMarked;
