package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Area;
import dev.elevo.contract.TableAction;
import dev.elevo.localstack.launch.Right;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UnusedRightsTest {
    @Test
    void one_right_too_many_is_found() {
        var oneTooMany = new Right(Area.DOCS, Right.Table.STATE, TableAction.GET);
        var used = Right.all().collect(Collectors.toSet());

        assertThat(UnusedRights.among(Stream.concat(Right.all(), Stream.of(oneTooMany)), used))
                .containsExactly(oneTooMany);
    }

    @Test
    void what_is_excused_is_a_right_that_somebody_has() {
        assertThat(Right.all().toList()).containsAll(UnusedRights.excused());
    }
}
