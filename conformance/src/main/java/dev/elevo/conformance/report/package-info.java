/** What a run found, for people and for machines. Knows results only. */
@NullMarked
package dev.elevo.conformance.report;

import org.jspecify.annotations.NullMarked;
