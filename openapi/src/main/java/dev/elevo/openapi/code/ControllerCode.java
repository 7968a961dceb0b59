package dev.elevo.openapi.code;

import dev.elevo.openapi.code.Known.Lambda;
import io.micronaut.http.HttpStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.analysis.Analyzer;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.Frame;

/**
 * Walks through the compiled code of a controller method and of what it hands the request to. Our controllers read queries by hand; this
 * way the description cannot say anything else than they do.
 */
public final class ControllerCode {
    private static final String OURS = "dev/elevo/";
    private static final String RESPONSE = "io/micronaut/http/HttpResponse";
    private static final Set<String> RESPONSES =
            Set.of("Lio/micronaut/http/HttpResponse;", "Lio/micronaut/http/MutableHttpResponse;");
    private static final List<String> READ_FROM =
            List.of("L" + QueryWords.OWNER + ";", "L" + BodyWords.OWNER + ";", "Lio/micronaut/http/HttpRequest;");
    private static final Map<String, Integer> STATUSES = Map.of(
            "ok", 200, "created", 201, "accepted", 202, "noContent", 204, "temporaryRedirect", 307, "redirect", 301);

    private final Map<String, Optional<ClassNode>> classes = new HashMap<>();

    /** Reads it. */
    public Told read(Method method) {
        var owner = Type.getInternalName(method.getDeclaringClass());
        var walk = new Walk(owner.substring(0, owner.lastIndexOf('/') + 1));
        walk.through(owner, method.getName(), Type.getMethodDescriptor(method), List.of(), Told.Place.QUERY);
        return walk.told;
    }

    private record Visit(String owner, String name, String descriptor, List<Known> given, Told.Place place) {}

    private final class Walk {
        private final Told told = new Told();
        private final Set<Visit> visited = new HashSet<>();
        private final String home;

        private Walk(String home) {
            this.home = home;
        }

        /** @param given what is known of the arguments, the object itself first; empty where nothing is */
        private void through(String owner, String name, String descriptor, List<Known> given, Told.Place place) {
            if (!visited.add(new Visit(owner, name, descriptor, given, place))) {
                return;
            }
            var method = find(owner, name, descriptor);
            if (method == null || method.instructions.size() == 0) {
                return;
            }
            var frames = frames(owner, method, given);
            for (int i = 0; i < frames.length; i++) {
                var frame = frames[i];
                if (frame != null && method.instructions.get(i) instanceof MethodInsnNode call) {
                    called(owner, call, given(call, frame), place);
                }
            }
        }

        private void called(String caller, MethodInsnNode call, List<Known> given, Told.Place place) {
            if (call.owner.equals(QueryWords.OWNER) && call.name.equals("read")) {
                var isForm = call.desc.contains("HttpParameters");
                into(given, "", isForm ? Told.Place.FORM : place);
            } else if (call.owner.equals(QueryWords.OWNER)) {
                QueryWords.read(call, given, told, place);
            } else if (call.owner.equals(BodyWords.OWNER)) {
                BodyWords.read(call, given, told);
            } else if (call.owner.equals(RESPONSE)) {
                status(call, given).forEach(told::answers);
            } else {
                into(given, home, place);
                if (call.owner.startsWith(OURS) && (call.owner.equals(caller) || concernsUs(call))) {
                    through(call.owner, call.name, call.desc, given, place);
                }
            }
        }

        /** What is handed to others to be called. */
        private void into(List<Known> given, String within, Told.Place place) {
            for (var value : given) {
                value.value(Lambda.class)
                        .filter(lambda -> lambda.body().getOwner().startsWith(within))
                        .ifPresent(lambda -> through(
                                lambda.body().getOwner(),
                                lambda.body().getName(),
                                lambda.body().getDesc(),
                                lambda.captured(),
                                place));
            }
        }

        private boolean concernsUs(MethodInsnNode call) {
            return READ_FROM.stream().anyMatch(call.desc::contains)
                    || (call.owner.startsWith(home)
                            && RESPONSES.contains(Type.getReturnType(call.desc).getDescriptor()));
        }
    }

    private static List<Integer> status(MethodInsnNode call, List<Known> given) {
        if (!call.name.equals("status")) {
            return Optional.ofNullable(STATUSES.get(call.name)).stream().toList();
        }
        return given.getFirst().candidates().stream()
                .filter(HttpStatus.class::isInstance)
                .map(status -> ((HttpStatus) status).getCode())
                .toList();
    }

    private static List<Known> given(MethodInsnNode call, Frame<Known> frame) {
        var count = Type.getArgumentCount(call.desc) + (call.getOpcode() == Opcodes.INVOKESTATIC ? 0 : 1);
        var given = new ArrayList<Known>();
        for (int i = frame.getStackSize() - count; i < frame.getStackSize(); i++) {
            given.add(frame.getStack(i));
        }
        return List.copyOf(given);
    }

    private static @Nullable Frame<Known>[] frames(String owner, MethodNode method, List<Known> given) {
        var arguments = new HashMap<Integer, Known>();
        var sizes = new ArrayList<Integer>();
        if ((method.access & Opcodes.ACC_STATIC) == 0) {
            sizes.add(1);
        }
        for (var type : Type.getArgumentTypes(method.desc)) {
            sizes.add(type.getSize());
        }
        int local = 0;
        for (int i = 0; i < Math.min(given.size(), sizes.size()); i++) {
            arguments.put(local, given.get(i));
            local += sizes.get(i);
        }
        try {
            return new Analyzer<>(new Constants(arguments)).analyze(owner, method);
        } catch (AnalyzerException e) {
            throw new IllegalStateException("cannot be followed: " + owner + "." + method.name, e);
        }
    }

    private @Nullable MethodNode find(String owner, String name, String descriptor) {
        for (var type = load(owner);
                type.isPresent();
                type = load(Objects.requireNonNullElse(type.get().superName, ""))) {
            var found = type.get().methods.stream()
                    .filter(method -> method.name.equals(name) && method.desc.equals(descriptor))
                    .findFirst();
            if (found.isPresent()) {
                return found.get();
            }
        }
        return null;
    }

    private Optional<ClassNode> load(String owner) {
        return owner.startsWith(OURS) ? classes.computeIfAbsent(owner, ControllerCode::parse) : Optional.empty();
    }

    private static Optional<ClassNode> parse(String owner) {
        try (var code = ControllerCode.class.getClassLoader().getResourceAsStream(owner + ".class")) {
            if (code == null) {
                return Optional.empty();
            }
            var node = new ClassNode();
            new ClassReader(code).accept(node, ClassReader.SKIP_DEBUG);
            return Optional.of(node);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
