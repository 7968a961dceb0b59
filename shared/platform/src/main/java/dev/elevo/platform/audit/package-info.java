/** What was done to what, by whom: the audit trail. */
@NullMarked
package dev.elevo.platform.audit;

import org.jspecify.annotations.NullMarked;
