/** How the runs of git inside sandboxes are read: by the area that starts them, and by the one that answers for processes. */
@NullMarked
package dev.elevo.platform.git;

import org.jspecify.annotations.NullMarked;
