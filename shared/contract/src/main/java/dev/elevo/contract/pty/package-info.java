/** Wire records of terminals. */
@NullMarked
package dev.elevo.contract.pty;

import org.jspecify.annotations.NullMarked;
