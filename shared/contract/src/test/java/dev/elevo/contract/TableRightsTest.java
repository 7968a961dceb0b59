package dev.elevo.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TableRightsTest {
    @ParameterizedTest
    @EnumSource
    void every_area_knows_its_callers_and_writes_none_down_but_the_administration(Area area) {
        var rights = TableRights.of(area);

        assertThat(rights.mayRead("KEY#0a")).isTrue();
        assertThat(rights.mayRead("ORG#acme")).isTrue();
        assertThat(rights.mayWrite("AUDIT#acme#2026-01-01")).isTrue();
        assertThat(rights.mayWrite("KEY#0a")).isEqualTo(area == Area.ADMIN);
        assertThat(rights.mayWrite("ORG#acme")).isEqualTo(area == Area.ADMIN);
    }

    /** They were granted to nobody: no sandbox in the cloud could have begun with a snapshot. */
    @ParameterizedTest
    @EnumSource
    void where_the_files_of_snapshots_are_is_written_by_the_snapshots_and_read_by_the_sandboxes(Area area) {
        var rights = TableRights.of(area);

        assertThat(rights.mayWrite("SAVEDSNAPSHOTS#acme")).isEqualTo(area == Area.SNAPSHOTS);
        assertThat(rights.mayRead("SAVEDSNAPSHOTS#acme")).isEqualTo(area == Area.SNAPSHOTS || area == Area.SANDBOXES);
    }

    @ParameterizedTest
    @EnumSource
    void which_machine_a_sandbox_is_in_is_written_down_by_the_sandboxes_only(Area area) {
        assertThat(TableRights.of(area).mayWrite("PLACEMENT#7")).isEqualTo(area == Area.SANDBOXES);
    }

    /** It was granted to nobody: no sandbox in the cloud could have been stopped. */
    @ParameterizedTest
    @EnumSource
    void who_brings_a_sandbox_out_of_its_machine_is_written_down_by_the_sandboxes_only(Area area) {
        assertThat(TableRights.of(area).mayWrite("LEASE")).isEqualTo(area == Area.SANDBOXES);
        assertThat(TableRights.of(area).mayWrite("WARM")).isEqualTo(area == Area.SANDBOXES);
    }

    @Test
    void a_star_stands_for_anything_and_nothing_else_does() {
        var volumes = TableRights.of(Area.VOLUMES);

        assertThat(volumes.mayWrite("ORG#acme#VOL")).isTrue();
        assertThat(volumes.mayWrite("ORG#acme#VOLMOUNT")).isTrue();
        assertThat(volumes.mayWrite("ORG#acme#SNAP")).isFalse();
        assertThat(volumes.mayWrite("VOLREG")).isTrue();
        assertThat(volumes.mayWrite("VOLREGS")).isFalse();
        assertThat(volumes.mayWrite("xORG#acme#VOL")).isFalse();
        assertThat(TableRights.of(Area.SANDBOXES).mayWrite("ORG#COUNT")).isFalse();
    }
}
