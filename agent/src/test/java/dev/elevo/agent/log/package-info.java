@NullMarked
package dev.elevo.agent.log;

import org.jspecify.annotations.NullMarked;
