@NullMarked
package dev.elevo.agent.stream;

import org.jspecify.annotations.NullMarked;
