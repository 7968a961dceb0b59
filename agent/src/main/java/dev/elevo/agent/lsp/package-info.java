/** Language servers inside sandboxes: which there are, their lives, the documents they know, and what they answer. */
@NullMarked
package dev.elevo.agent.lsp;

import org.jspecify.annotations.NullMarked;
