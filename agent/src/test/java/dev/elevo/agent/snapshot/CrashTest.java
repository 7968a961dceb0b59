package dev.elevo.agent.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

/** The store is reached no longer, from any call on. {@code -Delevo.crashes=500} tries more. */
class CrashTest extends CrashSuite {
    private static final int CRASHES = Integer.getInteger("elevo.crashes", 50);
    private static final int MOST_CALLS = 24;

    @Override
    int crashes() {
        return CRASHES;
    }

    @Override
    boolean diesOf(Deed deed) throws IOException {
        var dying = new DyingStore(store, 1 + random.nextInt(MOST_CALLS), random);
        try {
            deed.in(new Depot(dying, Deed.DEPOT), LIBRARY);
            return false;
        } catch (IOException e) {
            assertThat(dying.isDead()).as("only the dead may fail: %s", e).isTrue();
            return true;
        } finally {
            assertThat(scratch).isEmptyDirectory();
        }
    }
}
