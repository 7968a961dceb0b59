package dev.elevo.platform.lambda;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.DefaultJoranConfigurator;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * How a function logs: one line for each thing said, to standard output. In Java, because the same in a file of XML is a twentieth of a
 * cold start. Whatever runs several functions in one JVM may bring its own file: -Dlogback.configurationFile.
 */
public final class FunctionLog extends ContextAwareBase implements Configurator {
    private static final String LINE =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z',UTC} %-5level %logger{30} %X{requestId:--} %X{traceId:--} %X{spanId:--} %msg%n";

    /** What is said on these is a record for programs, whole as it is. */
    private static final String[] RECORDS = {"dev.elevo.access", "dev.elevo.push"};

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        // By name or by place, a file goes first; whoever reloads the configuration asks this one alone.
        var file = new DefaultJoranConfigurator();
        file.setContext(context);
        if (file.configure(context) == ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY) {
            return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
        }
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(console(context, "lines", LINE));
        context.getLogger("dev.elevo").setLevel(Level.INFO);
        var bare = console(context, "bare", "%msg%n");
        for (var name : RECORDS) {
            var records = context.getLogger(name);
            records.setLevel(Level.INFO);
            records.setAdditive(false);
            records.addAppender(bare);
        }
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Appender<ILoggingEvent> console(LoggerContext context, String name, String pattern) {
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(pattern);
        encoder.start();
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setName(name);
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
