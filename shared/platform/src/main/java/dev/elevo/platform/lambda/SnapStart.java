package dev.elevo.platform.lambda;

import java.util.Map;

/** Who takes snapshots on Lambda. The API of CRaC looks for a JVM that can do it, and does not know Lambda's own. */
final class SnapStart {
    private static final String IMPLEMENTATION = "org.crac.Core.Compat";
    private static final String LAMBDAS = "com.amazonaws.services.lambda.crac";
    private static final String KIND_OF_START = "AWS_LAMBDA_INITIALIZATION_TYPE";

    private SnapStart() {}

    static void choose() {
        choose(System.getenv());
    }

    /** Before the first use of that API, and so before there is a context whose configuration could be asked. */
    static void choose(Map<String, String> environment) {
        if ("snap-start".equals(environment.get(KIND_OF_START)) && System.getProperty(IMPLEMENTATION) == null) {
            System.setProperty(IMPLEMENTATION, LAMBDAS);
        }
    }
}
