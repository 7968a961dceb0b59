/** What people are told on their devices of their sandboxes, by SNS, or in the log where there is none. */
@NullMarked
package dev.elevo.functions.sandboxes.push;

import org.jspecify.annotations.NullMarked;
