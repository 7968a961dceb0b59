/** Lambda's place in the local run: functions as processes of their own, spoken to through the Lambda Runtime API. */
@NullMarked
package dev.elevo.localstack.runtime;

import org.jspecify.annotations.NullMarked;
