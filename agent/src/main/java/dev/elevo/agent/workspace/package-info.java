/** The files of a machine that is one sandbox, on their way out of it and into another one. */
@NullMarked
package dev.elevo.agent.workspace;

import org.jspecify.annotations.NullMarked;
