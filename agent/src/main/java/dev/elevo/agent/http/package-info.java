/** The agent's API over HTTP, behind capability tokens. */
@NullMarked
package dev.elevo.agent.http;

import org.jspecify.annotations.NullMarked;
