/** Large things that are kept under a name: where, is for the deployment to say. */
@NullMarked
package dev.elevo.contract.blob;

import org.jspecify.annotations.NullMarked;
