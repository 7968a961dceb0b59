/** The command line: each command a class, and what they share: where the service is, what is shown, and the terminal. */
@NullMarked
package dev.elevo.cli;

import org.jspecify.annotations.NullMarked;
