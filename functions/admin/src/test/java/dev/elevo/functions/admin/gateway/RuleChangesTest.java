package dev.elevo.functions.admin.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.functions.admin.AdminFunction;
import dev.elevo.functions.admin.Database;
import dev.elevo.functions.admin.PostgresLocal;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.testing.Surrounded;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Changes of which the others cannot be told. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RuleChangesTest {
    private final Surrounded surrounded = new Surrounded();
    private AdminFunction function;
    private FailingNote note;
    private RuleChanges changes;

    /** Fails when so many notes have been written. */
    private static final class FailingNote extends RuleNote {
        private int left;

        FailingNote(DynamoDbClient dynamo, DynamoConfiguration configuration, InstantSource clock) {
            super(dynamo, configuration, clock);
        }

        @Override
        void change() {
            if (left-- == 0) {
                throw SdkClientException.create("the table does not answer");
            }
            super.change();
        }
    }

    @BeforeAll
    void start() {
        PostgresLocal.shared().newDatabase().forEach(surrounded::with);
        function = surrounded.start(AdminFunction::new);
        function.runSchedule("projection");
        note = new FailingNote(bean(DynamoDbClient.class), bean(DynamoConfiguration.class), surrounded.clock());
        changes = new RuleChanges(bean(Database.class), note, bean(RuleBook.class));
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @Test
    void a_change_is_over_before_its_note_is_settled() {
        var answers = 3 * property("data-source-properties.socketTimeout");
        var connection = property("data-source-properties.connectTimeout")
                + (property("connection-timeout") + property("validation-timeout")) / 1000;

        assertThat(RuleNote.UNSETTLED.toSeconds()).isGreaterThan(answers + connection);
    }

    private int property(String name) {
        return function.context()
                .getProperty("datasources.default." + name, Integer.class)
                .orElseThrow();
    }

    @Test
    void what_was_done_is_told_as_done_though_nobody_hears_of_its_end() {
        note.left = 1;
        assertThat(changes.make(() -> "done")).isEqualTo("done");
        note.left = 1;
        assertThat(changes.make(() -> "done", done -> {})).isEqualTo("done");
    }

    @Test
    void a_status_is_another_only_when_the_others_will_hear_of_it() {
        var store = bean(RuleStore.class);
        var instances = new Instances(changes, store, surrounded.clock());
        var id = registered(store);
        note.left = 0;
        instances.checked(id, false);
        instances.checked(id, false);

        assertThatThrownBy(() -> instances.checked(id, false)).isInstanceOf(SdkClientException.class);
        assertThat(status(store, id)).isEqualTo(Instance.Status.HEALTHY);

        note.left = 2;
        instances.checked(id, false);
        assertThat(status(store, id)).isEqualTo(Instance.Status.UNHEALTHY);
        assertThat(note.left).isZero();
    }

    private UUID registered(RuleStore store) {
        var id = UUID.randomUUID();
        var settings = new InstanceSettings("checked", "checked-1", "10.0.0.5", 8001, "http", 100, "/h", 30, Map.of());
        var now = Instant.parse("2026-01-01T00:00:00Z");
        changes.write(() -> store.add(new Instance(id, settings, Instance.Status.HEALTHY, 0, null, now, now)));
        return id;
    }

    private Instance.Status status(RuleStore store, UUID id) {
        return changes.write(() -> store.holdInstance(id)).orElseThrow().status();
    }

    private <T> T bean(Class<T> type) {
        return function.context().getBean(type);
    }
}
