/** What lines of the log say besides their message. */
@NullMarked
package dev.elevo.agent.log;

import org.jspecify.annotations.NullMarked;
