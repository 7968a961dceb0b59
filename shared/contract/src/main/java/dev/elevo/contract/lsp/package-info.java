/** Wire records of language servers. Lines and characters count from 0; a character is a UTF-16 unit. */
@NullMarked
package dev.elevo.contract.lsp;

import org.jspecify.annotations.NullMarked;
