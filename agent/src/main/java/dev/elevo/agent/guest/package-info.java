/** The agent of a machine that is one sandbox: what the platform tells it, and what it does then. */
@NullMarked
package dev.elevo.agent.guest;

import org.jspecify.annotations.NullMarked;
