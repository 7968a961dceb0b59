/** Who may visit what listens on a port of a sandbox, under which address, and how those that come are let in. */
@NullMarked
package dev.elevo.functions.sandboxes.preview;

import org.jspecify.annotations.NullMarked;
