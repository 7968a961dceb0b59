/** A small name server for sandboxes that may know some names only. It keeps nothing, and asks others. */
@NullMarked
package dev.elevo.agent.dns;

import org.jspecify.annotations.NullMarked;
