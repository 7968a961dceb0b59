/** What requests share: the room in the heap for what they answer. */
@NullMarked
package dev.elevo.agent.room;

import org.jspecify.annotations.NullMarked;
