package dev.elevo.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Page.Pagination;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageTest {

    @Test
    void a_page_knows_whether_more_follow() {
        assertThat(Pagination.ofPage(1, 20, 0))
                .returns(0L, Pagination::totalPages)
                .returns(false, Pagination::hasMore);
        assertThat(Pagination.ofPage(1, 20, 20))
                .returns(1L, Pagination::totalPages)
                .returns(false, Pagination::hasMore);
        assertThat(Pagination.ofPage(1, 20, 21))
                .returns(2L, Pagination::totalPages)
                .returns(true, Pagination::hasMore);
        assertThat(Pagination.ofPage(2, 20, 21))
                .returns(2L, Pagination::totalPages)
                .returns(false, Pagination::hasMore);
    }

    @Test
    void a_page_past_the_end_has_nothing_after_it() {
        assertThat(Pagination.ofPage(9, 20, 21).hasMore()).isFalse();
    }

    @Test
    void a_cursor_answer_says_nothing_of_totals() {
        var middle = Pagination.ofCursor("next", "previous");
        var last = Pagination.ofCursor(null, "previous");

        assertThat(middle.hasMore()).isTrue();
        assertThat(last.hasMore()).isFalse();
        assertThat(middle.total()).isNull();
        assertThat(middle.page()).isNull();
    }

    @Test
    void a_page_does_not_change_when_the_list_it_was_made_of_does() {
        var source = new ArrayList<>(List.of("a"));
        var page = new Page<>(source, Pagination.ofPage(1, 20, 1));

        source.add("b");

        assertThat(page.data()).containsExactly("a");
    }
}
