/** Wire records of sandboxes: what a client sends to make one and what it is told about one. */
@NullMarked
package dev.elevo.contract.sandbox;

import org.jspecify.annotations.NullMarked;
