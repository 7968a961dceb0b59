/** Tests of commands and their output, against the real helper outside any sandbox. */
@NullMarked
package dev.elevo.agent.process;

import org.jspecify.annotations.NullMarked;
