/** Whether what runs in the sandboxes is well, as their own checks tell it. */
@NullMarked
package dev.elevo.agent.health;

import org.jspecify.annotations.NullMarked;
