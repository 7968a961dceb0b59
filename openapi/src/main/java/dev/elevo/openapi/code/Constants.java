package dev.elevo.openapi.code;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.BasicInterpreter;
import org.objectweb.asm.tree.analysis.BasicValue;
import org.objectweb.asm.tree.analysis.Interpreter;

/** Follows constants through a method: literals, constants of classes, what is asked of those, and functions. */
final class Constants extends Interpreter<Known> {
    private final BasicInterpreter types = new BasicInterpreter();
    private final Map<Integer, Known> arguments;

    /** @param arguments what is known of them, by the place each has among the local variables */
    Constants(Map<Integer, Known> arguments) {
        super(Opcodes.ASM9);
        this.arguments = arguments;
    }

    @Override
    public @Nullable Known newValue(@Nullable Type type) {
        if (type == null) {
            return Known.nothing(1);
        }
        return type.getSort() == Type.VOID ? null : Known.nothing(type.getSize());
    }

    @Override
    public Known newParameterValue(boolean isInstanceMethod, int local, Type type) {
        return arguments.getOrDefault(local, Known.nothing(type.getSize()));
    }

    @Override
    public Known newOperation(AbstractInsnNode instruction) throws AnalyzerException {
        var size = types.newOperation(instruction).getSize();
        return constant(instruction).map(value -> Known.of(size, value)).orElseGet(() -> Known.nothing(size));
    }

    private static Optional<Object> constant(AbstractInsnNode instruction) {
        return switch (instruction) {
            case LdcInsnNode literal when !(literal.cst instanceof Type) -> Optional.of(literal.cst);
            case IntInsnNode literal -> Optional.of(literal.operand);
            case InsnNode literal
            when literal.getOpcode() >= Opcodes.ICONST_M1 && literal.getOpcode() <= Opcodes.ICONST_5 ->
                Optional.of(literal.getOpcode() - Opcodes.ICONST_0);
            case InsnNode literal
            when literal.getOpcode() == Opcodes.LCONST_0 || literal.getOpcode() == Opcodes.LCONST_1 ->
                Optional.of((long) (literal.getOpcode() - Opcodes.LCONST_0));
            case FieldInsnNode field -> constant(field);
            default -> Optional.empty();
        };
    }

    private static Optional<Object> constant(FieldInsnNode field) {
        if (!field.owner.startsWith("dev/elevo/") && !field.owner.equals("io/micronaut/http/HttpStatus")) {
            return Optional.empty();
        }
        try {
            var constant = Class.forName(field.owner.replace('/', '.')).getDeclaredField(field.name);
            constant.setAccessible(true);
            return Modifier.isFinal(constant.getModifiers())
                    ? Optional.ofNullable(constant.get(null))
                    : Optional.empty();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(field.owner + "." + field.name, e);
        }
    }

    @Override
    public Known copyOperation(AbstractInsnNode instruction, Known value) {
        return value;
    }

    @Override
    public @Nullable Known unaryOperation(AbstractInsnNode instruction, Known value) throws AnalyzerException {
        if (instruction.getOpcode() == Opcodes.CHECKCAST) {
            return value;
        }
        return nothing(types.unaryOperation(instruction, BasicValue.UNINITIALIZED_VALUE));
    }

    @Override
    public @Nullable Known binaryOperation(AbstractInsnNode instruction, Known one, Known other)
            throws AnalyzerException {
        return nothing(
                types.binaryOperation(instruction, BasicValue.UNINITIALIZED_VALUE, BasicValue.UNINITIALIZED_VALUE));
    }

    @Override
    public @Nullable Known ternaryOperation(AbstractInsnNode instruction, Known array, Known index, Known value) {
        return null;
    }

    @Override
    public @Nullable Known naryOperation(AbstractInsnNode instruction, List<? extends Known> values)
            throws AnalyzerException {
        var given = List.<Known>copyOf(values);
        var outcome = switch (instruction) {
            case InvokeDynamicInsnNode made -> lambda(made, given);
            case MethodInsnNode call -> asked(call, given);
            default -> Optional.<Known>empty();
        };
        return outcome.isPresent() ? outcome.get() : nothing(types.naryOperation(instruction, List.of()));
    }

    private static Optional<Known> lambda(InvokeDynamicInsnNode made, List<Known> captured) {
        return Stream.of(made.bsmArgs)
                .filter(Handle.class::isInstance)
                .map(Handle.class::cast)
                .filter(body -> body.getOwner().startsWith("dev/elevo/"))
                .findFirst()
                .map(body -> Known.of(1, new Known.Lambda(body, captured)));
    }

    /** What needs nothing but a constant: the keys of a map, the first of a list, a part of a record. */
    private static Optional<Known> asked(MethodInsnNode call, List<Known> given) {
        if (call.name.equals("valueOf") && given.size() == 1 && call.owner.startsWith("java/lang/")) {
            return Optional.of(new Known(1, given.getFirst().candidates()));
        }
        if (given.size() != 1
                || call.getOpcode() == Opcodes.INVOKESTATIC
                || call.getOpcode() == Opcodes.INVOKESPECIAL) {
            return Optional.empty();
        }
        return given.getFirst()
                .value()
                .filter(value -> value instanceof Iterable || value instanceof Map || value instanceof Record)
                .flatMap(value -> ask(value, call.name))
                .map(answer -> Known.of(Type.getReturnType(call.desc).getSize(), answer));
    }

    private static Optional<Object> ask(Object value, String name) {
        try {
            var method = accessible(value, name);
            return Optional.ofNullable(method.invoke(value));
        } catch (ReflectiveOperationException e) {
            return Optional.empty();
        }
    }

    private static Method accessible(Object value, String name) throws NoSuchMethodException {
        for (var type : List.of(Map.class, List.class, Collection.class)) {
            if (type.isInstance(value)) {
                return type.getMethod(name);
            }
        }
        var method = value.getClass().getDeclaredMethod(name);
        method.setAccessible(true);
        return method;
    }

    private static @Nullable Known nothing(@Nullable BasicValue value) {
        return value == null ? null : Known.nothing(value.getSize());
    }

    @Override
    public void returnOperation(AbstractInsnNode instruction, Known value, Known expected) {
        // what comes back is not of interest
    }

    @Override
    public Known merge(Known one, Known other) {
        return one.or(other);
    }
}
