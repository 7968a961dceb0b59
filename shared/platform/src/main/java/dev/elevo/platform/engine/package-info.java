/** Where sandboxes come from: the engine, the client of the agents' HTTP API, and the capabilities that open it. */
@NullMarked
package dev.elevo.platform.engine;

import org.jspecify.annotations.NullMarked;
