package dev.elevo.platform.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.FieldError;
import dev.elevo.platform.paging.PageQuery.After;
import dev.elevo.platform.paging.PageQuery.Before;
import dev.elevo.platform.paging.PageQuery.First;
import dev.elevo.platform.paging.PageQuery.Numbered;
import io.micronaut.core.convert.ConversionService;
import io.micronaut.http.HttpParameters;
import io.micronaut.http.simple.SimpleHttpParameters;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PagingTest {
    private static final SortOptions OPTIONS = SortOptions.descending("createdAt", "name");
    private static final String LIST = "things";

    private final Paging paging = new Paging(new Cursors("secret"));

    @Test
    void nothing_said_is_the_first_page_of_twenty_in_the_default_order() {
        assertThat(read("")).isEqualTo(new PageQuery(new Sort("createdAt", true), 20, new Numbered(1)));
    }

    @Test
    void everything_said_is_taken() {
        assertThat(read("page=3&limit=100&sort_by=name&sort_order=asc"))
                .isEqualTo(new PageQuery(new Sort("name", false), 100, new Numbered(3)));
    }

    @Test
    void an_empty_cursor_starts_cursor_mode() {
        assertThat(read("cursor=&limit=5")).isEqualTo(new PageQuery(new Sort("createdAt", true), 5, new First()));
    }

    @Test
    void a_cursor_carries_its_order_and_what_the_query_says_of_it_does_not_count() {
        var asked = new PageQuery(new Sort("name", false), 2, new First());
        var answer =
                paging.answer(asked, new Slice.Positioned<>(List.of("b", "c"), "c", "b"), LIST, String::toUpperCase);
        var next = answer.pagination().nextCursor();
        var previous = answer.pagination().prevCursor();

        assertThat(answer.data()).containsExactly("B", "C");
        assertThat(answer.pagination().hasMore()).isTrue();
        assertThat(read("sort_by=nonsense&sort_order=up&cursor=" + next))
                .isEqualTo(new PageQuery(new Sort("name", false), 20, new After("c")));
        assertThat(read("cursor=" + previous)).isEqualTo(new PageQuery(new Sort("name", false), 20, new Before("b")));
    }

    @ParameterizedTest
    @CsvSource({
        "page=0, page",
        "page=-1, page",
        "page=99999999999, page",
        "limit=0, limit",
        "limit=101, limit",
        "sort_by=size, sort_by",
        "sort_order=up, sort_order",
        "cursor=&page=1, cursor",
    })
    void a_readable_value_that_breaks_a_rule_is_9004(String query, String field) {
        var failure = failure(query);

        assertThat(failure.failure().code()).isEqualTo(ErrorCode.VALIDATION_ERROR);
        assertThat(failure.failure().details().get("fields"))
                .asInstanceOf(InstanceOfAssertFactories.list(FieldError.class))
                .extracting(FieldError::field)
                .containsExactly(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"page=one", "limit=", "limit=1.5", "cursor=abc", "cursor=%25%25", "page=0&limit=x"})
    void an_unreadable_value_is_9005_even_beside_one_that_breaks_a_rule(String query) {
        assertThat(failure(query).failure().code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void all_broken_rules_are_told_together() {
        assertThat(failure("page=0&limit=0&sort_by=x").failure().details().get("fields"))
                .asInstanceOf(InstanceOfAssertFactories.list(FieldError.class))
                .extracting(FieldError::field)
                .containsExactlyInAnyOrder("page", "limit", "sort_by");
    }

    @Test
    void a_page_says_how_many_there_are() {
        var asked = new PageQuery(new Sort("name", false), 2, new Numbered(2));

        var pagination = paging.answer(asked, new Slice.Counted<>(List.of("c", "d"), 5), LIST, x -> x)
                .pagination();

        assertThat(pagination.page()).isEqualTo(2);
        assertThat(pagination.total()).isEqualTo(5);
        assertThat(pagination.totalPages()).isEqualTo(3);
        assertThat(pagination.hasMore()).isTrue();
    }

    @Test
    void lists_may_be_comma_separated_or_repeated() {
        var words = Query.read(parameters("a=1,2&a=3%2C%204"), q -> q.words("a"));

        assertThat(words).containsExactly("1", "2", "3", "4");
    }

    private PageQuery read(String query) {
        return Query.read(parameters(query), q -> paging.read(q, OPTIONS, LIST));
    }

    private static HttpParameters parameters(String query) {
        var values = new LinkedHashMap<CharSequence, List<String>>();
        for (var pair : query.split("&")) {
            var parts = pair.split("=", 2);
            values.computeIfAbsent(parts[0], name -> new ArrayList<>())
                    .add(parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return new SimpleHttpParameters(values, ConversionService.SHARED);
    }

    private ApiException failure(String query) {
        return catchThrowableOfType(ApiException.class, () -> read(query));
    }
}
