/** The agent's side of the helper protocol ({@code protocol.h}): everything that runs inside a sandbox is started through it. */
@NullMarked
package dev.elevo.agent.helper;

import org.jspecify.annotations.NullMarked;
