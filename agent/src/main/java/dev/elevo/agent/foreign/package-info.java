/** Functions that are written in C, of the system's library and of our own, as handles that Java calls. */
@NullMarked
package dev.elevo.agent.foreign;

import org.jspecify.annotations.NullMarked;
