/** Tests of language servers without a sandbox. */
@NullMarked
package dev.elevo.agent.lsp;

import org.jspecify.annotations.NullMarked;
