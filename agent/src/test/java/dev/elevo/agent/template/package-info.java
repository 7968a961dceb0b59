@NullMarked
package dev.elevo.agent.template;

import org.jspecify.annotations.NullMarked;
