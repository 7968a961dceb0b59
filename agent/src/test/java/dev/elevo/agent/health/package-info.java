@NullMarked
package dev.elevo.agent.health;

import org.jspecify.annotations.NullMarked;
