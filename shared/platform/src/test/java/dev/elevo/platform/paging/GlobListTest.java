package dev.elevo.platform.paging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GlobListTest {
    @Test
    void commas_part_globs_where_they_are_no_part_of_one() {
        assertThat(GlobList.split("*.o, node_modules,")).containsExactly("*.o", "node_modules");
        assertThat(GlobList.split("*.{js,{c,h}pp},[a,b]*,x\\,y")).containsExactly("*.{js,{c,h}pp}", "[a,b]*", "x\\,y");
        assertThat(GlobList.split("[{],a")).containsExactly("[{]", "a");
        assertThat(GlobList.split("{a,b")).containsExactly("{a,b");
        assertThat(GlobList.split("")).isEmpty();
    }
}
