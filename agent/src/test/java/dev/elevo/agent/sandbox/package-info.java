@NullMarked
package dev.elevo.agent.sandbox;

import org.jspecify.annotations.NullMarked;
