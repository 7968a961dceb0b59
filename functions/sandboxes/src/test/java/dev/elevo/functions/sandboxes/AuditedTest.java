package dev.elevo.functions.sandboxes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.platform.audit.AuditEvent;
import dev.elevo.platform.audit.AuditSearch;
import dev.elevo.platform.audit.Outcome;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Sort;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who looks for what was done to a sandbox finds it by its id, however it was called, and whatever became of it. */
class AuditedTest {
    private static final String PATH = "/api/v1/sandboxes";

    @Test
    void the_trail_names_a_sandbox_by_its_id() {
        try (var surrounded = new Surrounded();
                var function = surrounded.start(SandboxesFunction::new)) {
            var id = Surrounded.ask(function, Events.post(PATH, "{\"name\":\"mine\"}"))
                    .textAt("id");
            Surrounded.ask(function, Events.post(PATH + "/mine/stop", "{}"));
            assertThat(Surrounded.ask(function, Events.post(PATH + "/mine/pause", "{}"))
                            .status())
                    .isEqualTo(409);
            Surrounded.ask(function, Events.post(PATH + "/none/stop", "{}"));

            assertThat(found(function, id)).extracting(AuditEvent::outcome).contains(Outcome.SUCCESS, Outcome.FAILED);
            assertThat(found(function, "mine")).isEmpty();
            assertThat(found(function, "none"))
                    .singleElement()
                    .extracting(AuditEvent::outcome)
                    .isEqualTo(Outcome.FAILED);
        }
    }

    private static List<AuditEvent> found(SandboxesFunction function, String resource) {
        return function.context()
                .getBean(AuditSearch.class)
                .find(
                        new AuditSearch.Wanted(Surrounded.ORGANIZATION, null, null, resource, null, null, null),
                        new PageQuery(new Sort("timestamp", true), 100, new PageQuery.Numbered(1)))
                .items();
    }
}
