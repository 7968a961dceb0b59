package dev.elevo.platform.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.contract.Area;
import dev.elevo.contract.preview.PreviewAnswer;
import dev.elevo.contract.preview.PreviewVisit;
import dev.elevo.platform.streams.SocketEvent;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.PropertySource;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.util.Map;
import java.util.Optional;

/**
 * The entry of one area. A subclass adds two constructors and nothing else: one without arguments for Lambda, one with
 * {@link Surroundings} for the JVM that runs all areas.
 *
 * <p>Everything a request needs is built in the constructor, so that a snapshot holds it and the first request finds it.
 */
public abstract class AreaFunction implements RequestStreamHandler, AutoCloseable {
    private static final String AREA = "elevo.area";

    private final ApplicationContext context;
    private final GatewayHandler handler;
    private final Optional<SocketHandler> sockets;
    private final EventJson json;
    private final Optional<PreviewDoor> door;

    protected AreaFunction(Area area) {
        this(area, Surroundings.NONE);
    }

    protected AreaFunction(Area area, Surroundings surroundings) {
        SnapStart.choose();
        // All areas may share one class path: the property decides whose beans exist (see each area's package-info).
        context = ApplicationContext.builder("function", area.areaName())
                .deduceEnvironment(false)
                .bootstrapEnvironment(false) // to find out that there is none, it would load the class of every bean
                .beanDefinitions(surroundings.asBeans())
                .propertySources(
                        PropertySource.of("area", Map.of(AREA, area.areaName())), surroundings.asPropertySource())
                .start();
        handler = context.getBean(GatewayHandler.class);
        json = context.getBean(EventJson.class);
        build(ServerFilter.class);
        build(Controller.class);
        context.getBeansOfType(ScheduledTask.class);
        context.getBeansOfType(TableListener.class);
        sockets = context.findBean(SocketHandler.class);
        door = context.findBean(PreviewDoor.class);
    }

    /** With all they need; not every singleton there is, since an area is not configured for what it never uses. */
    private void build(Class<? extends Annotation> stereotype) {
        context.getBeanDefinitions(Qualifiers.byStereotype(stereotype)).forEach(context::getBean);
    }

    /** An event as JSON in, the answer as JSON out: what the Lambda runtime calls. */
    @Override
    public final void handleRequest(InputStream input, OutputStream output, Context lambda) throws IOException {
        switch (json.read(input)) {
            case EventJson.Event.Http(var event) -> json.write(handle(event), output);
            case EventJson.Event.Socket(var event) -> json.write(handle(event), output);
            case EventJson.Event.Written(var keys) ->
                context.getBeansOfType(TableListener.class).forEach(listener -> listener.written(keys));
            case EventJson.Event.Scheduled(var name) -> runSchedule(name);
            case EventJson.Event.Preview(var visit) -> json.write(admit(visit), output);
        }
    }

    /** The same for a caller in this JVM, without JSON in between. */
    public final APIGatewayV2HTTPResponse handle(APIGatewayV2HTTPEvent event) {
        return handler.answer(event);
    }

    /** One event of a WebSocket; of a connection the status of the answer decides. */
    public final APIGatewayV2HTTPResponse handle(SocketEvent event) {
        return sockets.orElseThrow(() -> new IllegalArgumentException("the area has no streams"))
                .answer(event);
    }

    /** Runs the area's {@link ScheduledTask} of that name to its end. */
    public final void runSchedule(String name) {
        context.getBeansOfType(ScheduledTask.class).stream()
                .filter(task -> task.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no scheduled task is named " + name))
                .run();
    }

    /** Decides about a request for a port of a sandbox; only the area of the sandboxes can. */
    public final PreviewAnswer admit(PreviewVisit visit) {
        return door.orElseThrow(() -> new IllegalArgumentException("this area admits nobody to a port"))
                .admit(visit);
    }

    public final ApplicationContext context() {
        return context;
    }

    @Override
    public void close() {
        context.close();
    }
}
