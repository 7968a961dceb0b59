/** Tests of what the commands are made of; how they behave against a service is tested in localstack. */
@NullMarked
package dev.elevo.cli;

import org.jspecify.annotations.NullMarked;
