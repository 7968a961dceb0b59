/** A stand-in for the service of MicroVMs and for the bucket beside it, which speak their wire protocols and break when a test says so. */
@NullMarked
package dev.elevo.localstack.microvm;

import org.jspecify.annotations.NullMarked;
