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
