package dev.elevo.contract;

import static dev.elevo.contract.TableAction.GET;
import static dev.elevo.contract.TableAction.PUT;
import static dev.elevo.contract.TableAction.QUERY;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TableRightsTest {
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DOCS")
    void every_area_knows_its_callers_and_writes_none_down_but_the_administration(Area area) {
        var rights = TableRights.of(area);

        assertThat(rights.may(GET, "KEY#0a")).isTrue();
        assertThat(rights.may(GET, "ORG#acme")).isTrue();
        assertThat(rights.may(PUT, "AUDIT#acme#2026-01-01")).isTrue();
        assertThat(rights.may(PUT, "KEY#0a")).isEqualTo(area == Area.ADMIN);
        assertThat(rights.may(PUT, "ORG#acme")).isEqualTo(area == Area.ADMIN);
    }

    @Test
    void the_documents_have_no_callers_and_count_their_requests() {
        var rights = TableRights.of(Area.DOCS);

        assertThat(rights.may(PUT, "METRICS#2026-01-01T00:00:00Z")).isTrue();
        assertThat(rights.may(GET, "METRICS#2026-01-01T00:00:00Z")).isFalse();
        assertThat(rights.may(GET, "KEY#0a")).isFalse();
        assertThat(rights.may(PUT, "AUDIT#acme#2026-01-01")).isFalse();
    }

    @Test
    void a_partition_that_is_written_may_be_looked_at_by_those_actions_that_the_area_has() {
        var git = TableRights.of(Area.GIT);

        assertThat(git.may(GET, "BUCKET#read#acme")).isTrue();
        assertThat(git.may(QUERY, "BUCKET#read#acme")).isFalse();
    }

    /** They were granted to nobody: no sandbox in the cloud could have begun with a snapshot. */
    @ParameterizedTest
    @EnumSource
    void where_the_files_of_snapshots_are_is_written_by_the_snapshots_and_read_by_the_sandboxes(Area area) {
        var rights = TableRights.of(area);

        assertThat(rights.may(PUT, "SAVEDSNAPSHOTS#acme")).isEqualTo(area == Area.SNAPSHOTS);
        assertThat(rights.may(GET, "SAVEDSNAPSHOTS#acme")).isEqualTo(area == Area.SNAPSHOTS || area == Area.SANDBOXES);
    }

    @ParameterizedTest
    @EnumSource
    void which_machine_a_sandbox_is_in_is_written_down_by_the_sandboxes_only(Area area) {
        assertThat(TableRights.of(area).may(PUT, "PLACEMENT#7")).isEqualTo(area == Area.SANDBOXES);
    }

    /** It was granted to nobody: no sandbox in the cloud could have been stopped. */
    @ParameterizedTest
    @EnumSource
    void who_brings_a_sandbox_out_of_its_machine_is_written_down_by_the_sandboxes_only(Area area) {
        assertThat(TableRights.of(area).may(PUT, "LEASE")).isEqualTo(area == Area.SANDBOXES);
        assertThat(TableRights.of(area).may(PUT, "WARM")).isEqualTo(area == Area.SANDBOXES);
    }

    @Test
    void a_star_stands_for_anything_and_nothing_else_does() {
        var volumes = TableRights.of(Area.VOLUMES);

        assertThat(volumes.may(PUT, "ORG#acme#VOL")).isTrue();
        assertThat(volumes.may(PUT, "ORG#acme#VOLMOUNT")).isTrue();
        assertThat(volumes.may(PUT, "ORG#acme#SNAP")).isFalse();
        assertThat(volumes.may(PUT, "VOLREG")).isTrue();
        assertThat(volumes.may(PUT, "VOLREGS")).isFalse();
        assertThat(volumes.may(PUT, "xORG#acme#VOL")).isFalse();
        assertThat(TableRights.of(Area.SANDBOXES).may(PUT, "ORG#COUNT")).isFalse();
    }
}
