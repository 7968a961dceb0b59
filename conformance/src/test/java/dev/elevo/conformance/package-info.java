/** That the suite finds what is wrong: with deployments that are, and with descriptions that say more than it tries. */
@NullMarked
package dev.elevo.conformance;

import org.jspecify.annotations.NullMarked;
