/** The service of MicroVMs behind a port, and the small client that speaks its wire protocol; of sandboxes nothing is known here. */
@NullMarked
package dev.elevo.platform.microvm;

import org.jspecify.annotations.NullMarked;
