/** The audit trail of a run on one machine, which has a disk that outlives it. */
@NullMarked
package dev.elevo.localstack.audit;

import org.jspecify.annotations.NullMarked;
