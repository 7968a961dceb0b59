package dev.elevo.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AreaTest {

    @Test
    void no_path_belongs_to_two_areas() {
        assertThat(Stream.of(Area.values()).flatMap(area -> area.paths().stream()))
                .doesNotHaveDuplicates();
    }

    @Test
    void exactly_one_area_answers_what_no_other_claims() {
        assertThat(Stream.of(Area.values()).filter(area -> area.paths().contains("/{rest+}")))
                .hasSize(1);
    }

    @Test
    void no_stream_belongs_to_two_areas() {
        assertThat(Stream.of(Area.values()).flatMap(area -> area.streams().stream()))
                .isNotEmpty()
                .doesNotHaveDuplicates();
    }

    @Test
    void a_stream_is_known_by_its_whole_path() {
        assertThat(Area.SANDBOXES.servesStream("/api/v1/events")).isTrue();
        assertThat(Area.SANDBOXES.servesStream("/api/v1/events/")).isFalse();
        assertThat(Area.SANDBOXES.servesStream("/api/v1")).isFalse();
        assertThat(Area.SANDBOXES.servesStream("/api/v1/sandboxes")).isFalse();
        assertThat(Area.ADMIN.servesStream("/api/v1/events")).isFalse();
    }

    @Test
    void the_handler_class_follows_from_the_name() {
        assertThat(Area.SANDBOXES.handlerClass()).isEqualTo("dev.elevo.functions.sandboxes.SandboxesFunction");
    }

    @Test
    void schedules_of_an_area_have_different_names() {
        assertThat(Area.values())
                .allSatisfy(area -> assertThat(area.schedules())
                        .extracting(Area.Schedule::name)
                        .doesNotHaveDuplicates());
    }
}
