package dev.elevo.platform.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.contract.Area;
import io.micronaut.context.ApplicationContext;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The entry of one area. A subclass adds two constructors and nothing else: one without arguments for Lambda, one with
 * {@link Surroundings} for the JVM that runs all areas.
 */
public abstract class AreaFunction implements RequestStreamHandler, AutoCloseable {
    private final ApplicationContext context;

    protected AreaFunction(Area area) {
        this(area, Surroundings.NONE);
    }

    @SuppressWarnings("UnusedVariable")
    protected AreaFunction(Area area, Surroundings surroundings) {
        this.context = ApplicationContext.run();
    }

    /** An event as JSON in, the answer as JSON out: what the Lambda runtime calls. */
    @SuppressWarnings("DoNotCallSuggester") // landed ahead of its body, next commit
    @Override
    public final void handleRequest(InputStream input, OutputStream output, Context lambda) {
        throw new UnsupportedOperationException();
    }

    /** The same for a caller in this JVM, without JSON in between. */
    @SuppressWarnings("DoNotCallSuggester") // landed ahead of its body, next commit
    public final APIGatewayV2HTTPResponse handle(APIGatewayV2HTTPEvent event) {
        throw new UnsupportedOperationException();
    }

    /** Runs the area's {@link ScheduledTask} of that name to its end. */
    @SuppressWarnings("DoNotCallSuggester") // landed ahead of its body, next commit
    public final void runSchedule(String name) {
        throw new UnsupportedOperationException();
    }

    public final ApplicationContext context() {
        return context;
    }

    @Override
    public void close() {
        context.close();
    }
}
