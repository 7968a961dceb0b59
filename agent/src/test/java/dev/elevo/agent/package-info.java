@NullMarked
package dev.elevo.agent;

import org.jspecify.annotations.NullMarked;
