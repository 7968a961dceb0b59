package dev.elevo.platform.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionPolicyTest {
    private static final String STAGE = "arn:aws:execute-api:eu-west-1:123456789012:abc/live";

    /** STS takes no longer one. */
    private static final int LONGEST = 2048;

    @Test
    void it_allows_to_write_to_one_connection_and_to_end_it() throws IOException {
        var policy = ConnectionPolicy.of(STAGE, "L0SM9cOFvHcCIhw=");

        assertThat(policy).hasSizeLessThan(LONGEST);
        assertThat(JsonMapper.createDefault().readValue(policy, Argument.mapOf(String.class, Object.class)))
                .isEqualTo(Map.of(
                        "Version",
                        "2012-10-17",
                        "Statement",
                        List.of(Map.of(
                                "Effect",
                                "Allow",
                                "Action",
                                "execute-api:ManageConnections",
                                "Resource",
                                List.of(
                                        STAGE + "/POST/@connections/L0SM9cOFvHcCIhw=",
                                        STAGE + "/DELETE/@connections/L0SM9cOFvHcCIhw=",
                                        STAGE + "/POST/@connections/L0SM9cOFvHcCIhw%3D",
                                        STAGE + "/DELETE/@connections/L0SM9cOFvHcCIhw%3D")))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "a*", "a?", "", "a\"", "a/b", "${aws:userid}", "a\nb"})
    void what_would_mean_more_than_one_connection_is_none(String id) {
        assertThatIllegalArgumentException().isThrownBy(() -> ConnectionPolicy.of(STAGE, id));
    }
}
