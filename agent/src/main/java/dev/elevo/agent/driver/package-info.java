/** The wall around a sandbox: choosing one by trying it, building it, taking it down. */
@NullMarked
package dev.elevo.agent.driver;

import org.jspecify.annotations.NullMarked;
