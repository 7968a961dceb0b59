package dev.elevo.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What calls are refused with. */
final class Failures {
    private Failures() {}

    static void assertFails(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(type(ApiException.class))
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo(code));
    }
}
