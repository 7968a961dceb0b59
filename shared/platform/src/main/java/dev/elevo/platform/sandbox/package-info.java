/** Sandboxes as the control plane remembers them: the record, its states, and the store on DynamoDB. */
@NullMarked
package dev.elevo.platform.sandbox;

import org.jspecify.annotations.NullMarked;
