/** How much of a heap the requests of one process may take that share it. */
@NullMarked
package dev.elevo.contract.room;

import org.jspecify.annotations.NullMarked;
