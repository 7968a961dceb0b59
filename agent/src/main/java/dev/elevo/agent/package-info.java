/** The agent of one host: its start, its configuration, its lock. */
@NullMarked
package dev.elevo.agent;

import org.jspecify.annotations.NullMarked;
