package dev.elevo.platform.audit;

import static dev.elevo.platform.dynamo.Attributes.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.ApiException;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Slice;
import dev.elevo.platform.paging.Sort;
import dev.elevo.platform.testing.SettableClock;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/** How much a question to the trail may cost. */
final class AuditSearchTest {
    private static final AuditSearch.Wanted RARE =
            new AuditSearch.Wanted("acme", "t.rare", null, null, null, null, null);

    private final SettableClock clock = new SettableClock();
    private final EndlessTable table = new EndlessTable();
    private final AuditSearch search =
            new AuditSearch(table, new DynamoConfiguration("t", "s", "", "r", 1), event -> {}, clock);

    /** A day with as many events as one likes, of which none is wanted. */
    private final class EndlessTable implements DynamoDbClient {
        private int readings;

        @Override
        public QueryResponse query(QueryRequest request) {
            readings++;
            return QueryResponse.builder()
                    .items(List.of())
                    .lastEvaluatedKey(key("day", clock.instant().toString()))
                    .build();
        }

        @Override
        public String serviceName() {
            return "dynamodb";
        }

        @Override
        public void close() {}
    }

    @Test
    void a_numbered_page_that_would_read_without_end_is_refused() {
        assertThatThrownBy(() -> search.find(RARE, page(new PageQuery.Numbered(1))))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.failure().status()).isEqualTo(422));
        assertThat(table.readings).isEqualTo(30);
    }

    @Test
    void a_page_by_cursor_stops_and_says_where_it_goes_on() {
        var found = search.find(RARE, page(new PageQuery.First()));

        assertThat(found)
                .isInstanceOfSatisfying(
                        Slice.Positioned.class,
                        slice -> assertThat(slice.next()).isNotNull());
        assertThat(table.readings).isEqualTo(10);
    }

    private static PageQuery page(PageQuery.Start start) {
        return new PageQuery(new Sort("timestamp", true), 20, start);
    }
}
