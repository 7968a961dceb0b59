@NullMarked
package dev.elevo.agent.metrics;

import org.jspecify.annotations.NullMarked;
