package dev.elevo.platform.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.DeliverFile;
import dev.elevo.contract.agent.DeliveryAgent;
import dev.elevo.contract.agent.SaveQuery;
import dev.elevo.contract.agent.SaveStatus;
import dev.elevo.contract.agent.SnapshotStatus.Progress;
import dev.elevo.contract.agent.StatFile;
import dev.elevo.contract.agent.TransferTicket;
import dev.elevo.contract.agent.TransferTicket.Direction;
import dev.elevo.contract.files.FileInfo;
import dev.elevo.contract.files.FileMode;
import dev.elevo.contract.files.FileType;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.testing.SettableClock;
import dev.elevo.platform.testing.TestTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Files that are brought to a bucket while a request waits, or longer. */
class StoredTransfersTest {
    private static final String ID = "sbx-aaaaaaaaaaaa";
    private static final String PATH = "/home/user/large.txt";

    private final SettableClock clock = new SettableClock();
    private final TestTable table = TestTable.create();
    private final InMemoryBucket bucket = new InMemoryBucket();
    private final OneAgent agent = new OneAgent();
    private FileInfo file = file(FileType.FILE, 100L << 20);
    private final StoredTransfers transfers = new StoredTransfers(
            this::stat,
            agent,
            new FilesUnderWay(table.client(), table.configuration()),
            new Workspaces(new InMemoryWorkspaces(), Optional.of(bucket), clock),
            new Deployment("dev", "local", "", 1, 1, 1, 25_000),
            clock);

    @AfterEach
    void close() {
        table.close();
    }

    private static final class OneAgent implements DeliveryAgent {
        private final List<DeliverFile> orders = new ArrayList<>();
        private final List<String> forgotten = new ArrayList<>();
        private SaveStatus status = SaveStatus.done(InMemoryWorkspaces.SAVED);

        @Override
        public SaveStatus deliver(String sandboxId, DeliverFile order) {
            orders.add(order);
            return status;
        }

        @Override
        public void forget(String sandboxId, SaveQuery order) {
            forgotten.add(order.id());
        }
    }

    private FileInfo stat(String sandboxId, StatFile request) {
        assertThat(request).isEqualTo(new StatFile(PATH, true, null));
        return file;
    }

    private FileInfo file(FileType type, long size) {
        var now = clock.stored();
        return new FileInfo(
                "large.txt",
                PATH,
                type,
                size,
                FileMode.OF_FILES,
                "",
                "user",
                "user",
                now,
                now,
                null,
                null,
                false,
                null);
    }

    private String address(Direction direction, long offset) {
        return transfers.address(
                "https://api",
                new TransferTicket(
                        direction,
                        ID,
                        clock.instant().plus(Duration.ofMinutes(5)),
                        "nonce",
                        null,
                        offset,
                        null,
                        null,
                        false,
                        false,
                        PATH));
    }

    private String download() {
        return address(Direction.DOWNLOAD, 0);
    }

    @Test
    void a_file_that_arrives_in_time_is_fetched_from_the_bucket() {
        var address = download();

        assertThat(address).startsWith("https://bucket/transfers/" + ID + "/file-");
        assertThat(bucket.keys()).hasSize(1);
        assertThat(bucket.underWay()).isZero();
        var order = agent.orders.getFirst();
        assertThat(order.length()).isEqualTo(100L << 20);
        assertThat(order.parts().size() * order.partBytes()).isGreaterThanOrEqualTo(order.length());
        assertThat(order.waitMs()).isBetween(1, 24_999);
        assertThat(agent.forgotten).containsExactly(order.id());
    }

    @Test
    void of_one_that_does_not_who_asks_again_finds_it() {
        agent.status = SaveStatus.of(Progress.AT_WORK, 5);
        assertThatThrownBy(this::download)
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.failure()).isInstanceOf(Failure.Unavailable.class));
        agent.status = SaveStatus.done(InMemoryWorkspaces.SAVED);

        download();

        assertThat(bucket.begun()).isEqualTo(1);
        assertThat(agent.orders).extracting(DeliverFile::id).hasSize(2).containsOnly(agent.forgotten.getFirst());
    }

    @Test
    void another_part_or_another_content_is_another_order() {
        agent.status = SaveStatus.of(Progress.AT_WORK, 5);
        assertThatThrownBy(this::download).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> address(Direction.DOWNLOAD, 1)).isInstanceOf(ApiException.class);
        file = file(FileType.FILE, 5);
        assertThatThrownBy(this::download).isInstanceOf(ApiException.class);

        assertThat(agent.orders).extracting(DeliverFile::id).doesNotHaveDuplicates();
    }

    @Test
    void one_whose_addresses_have_ended_is_begun_anew() {
        agent.status = SaveStatus.of(Progress.AT_WORK, 5);
        assertThatThrownBy(this::download).isInstanceOf(ApiException.class);
        clock.advance(Workspaces.LIFE.plusSeconds(1));
        agent.status = SaveStatus.done(InMemoryWorkspaces.SAVED);

        download();

        assertThat(bucket.begun()).isEqualTo(2);
        assertThat(bucket.underWay()).isZero();
    }

    @Test
    void what_fails_leaves_nothing() {
        agent.status = SaveStatus.failed(new Failure.Refused(ErrorCode.PERMISSION_DENIED, "Not yours"));

        refused(ErrorCode.PERMISSION_DENIED);

        assertThat(bucket.underWay()).isZero();
        assertThat(bucket.keys()).isEmpty();
    }

    @Test
    void what_is_no_file_or_too_large_is_not_begun() {
        file = file(FileType.DIRECTORY, 5);
        refused(ErrorCode.NOT_A_FILE);
        file = file(FileType.FILE, (10L << 30) + 1);
        refused(ErrorCode.FILE_TOO_LARGE);

        assertThat(bucket.begun()).isZero();
    }

    @Test
    void an_empty_file_has_one_part() {
        file = file(FileType.FILE, 0);

        download();

        assertThat(agent.orders.getFirst().parts()).hasSize(1);
    }

    private void refused(ErrorCode code) {
        assertThatThrownBy(this::download)
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.failure().code()).isEqualTo(code));
    }
}
