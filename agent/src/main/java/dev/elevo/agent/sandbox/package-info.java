/** The sandboxes of this host: their records, their lives and their ends. */
@NullMarked
package dev.elevo.agent.sandbox;

import org.jspecify.annotations.NullMarked;
