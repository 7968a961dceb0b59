/** Files inside sandboxes: the other side of files.h, and who keeps servers for it. */
@NullMarked
package dev.elevo.agent.files;

import org.jspecify.annotations.NullMarked;
