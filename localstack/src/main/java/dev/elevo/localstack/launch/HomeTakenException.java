package dev.elevo.localstack.launch;

import java.nio.file.Path;

/** Another run holds the home. */
final class HomeTakenException extends NotStartedException {
    HomeTakenException(Path home, String holder) {
        super("process " + holder + " already runs Elevo on " + home + "; stop it with ./elevo down"
                + " or choose another home with ELEVO_HOME");
    }
}
