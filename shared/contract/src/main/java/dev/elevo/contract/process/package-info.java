/** Wire records of processes inside a sandbox: commands, their results and their output. */
@NullMarked
package dev.elevo.contract.process;

import org.jspecify.annotations.NullMarked;
