@NullMarked
package dev.elevo.agent.snapshot;

import org.jspecify.annotations.NullMarked;
