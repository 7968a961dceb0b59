/** What is asked of the repositories of a sandbox, and what is answered. */
@NullMarked
package dev.elevo.contract.git;

import org.jspecify.annotations.NullMarked;
