import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * Writes the classes by which a start knows what its jars offer, instead of opening and searching each of them and making what it finds
 * by reflection: a sixth of a cold start. They are what Micronaut takes as an optimization, in a jar that it finds by itself, and in
 * byte code, since in Java nobody can name the synthetic classes of its beans.
 */
final class KnownServicesJar {
    private static final String HOOK = "META-INF/services/io.micronaut.core.optim.StaticOptimizations$Loader";

    private static final String PACKAGE = "dev.elevo.known";
    private static final ClassDesc INDEX = ClassDesc.of(PACKAGE, "Index");
    private static final ClassDesc SERVICES = ClassDesc.of("dev.elevo.startup.KnownServices");
    private static final ClassDesc INTROSPECTIONS = ClassDesc.of("dev.elevo.startup.KnownIntrospections");

    private static final ClassDesc LOADER = ClassDesc.of("io.micronaut.core.optim.StaticOptimizations$Loader");
    private static final ClassDesc OPTIMIZATIONS =
            ClassDesc.of("io.micronaut.core.io.service.SoftServiceLoader$Optimizations");
    private static final String INTROSPECTION = "io.micronaut.core.beans.BeanIntrospectionReference";
    private static final ClassDesc MAP = ClassDesc.of("java.util.Map");
    private static final ClassDesc HASH_MAP = ClassDesc.of("java.util.HashMap");

    private KnownServicesJar() {}

    /** @param arguments the jar to write, and of what: see {@link ClassPath} */
    static void main(String[] arguments) throws IOException {
        Files.write(Path.of(arguments[0]), of(ClassPath.of(arguments[1], arguments[2])));
    }

    static byte[] of(List<Path> jars) throws IOException {
        var entries = new LinkedHashMap<String, byte[]>();
        var classes = new LinkedHashMap<String, ClassDesc>();
        try (var loader = Services.loader(jars)) {
            for (var service : Services.of(jars, loader).entrySet()) {
                var type = ClassDesc.of(PACKAGE, "Known" + classes.size());
                classes.put(service.getKey(), type);
                entries.put(
                        file(type),
                        service.getKey().equals(INTROSPECTION)
                                ? introspections(type, service.getValue())
                                : services(type, service.getValue()));
            }
        }
        entries.put(file(INDEX), index(classes));
        entries.put(HOOK, (PACKAGE + "." + INDEX.displayName()).getBytes(UTF_8));
        return StoredJar.of(entries);
    }

    private static String file(ClassDesc type) {
        return PACKAGE.replace('.', '/') + "/" + type.displayName() + ".class";
    }

    /** A {@code Loader<Optimizations>}, whose map has an object of each class. */
    private static byte[] index(SequencedMap<String, ClassDesc> classes) {
        return ClassFile.of().build(INDEX, type -> {
            of(type, CD_Object).withInterfaceSymbols(LOADER);
            type.withMethodBody("load", MethodTypeDesc.of(CD_Object), ClassFile.ACC_PUBLIC, code -> {
                code.new_(OPTIMIZATIONS).dup();
                make(code, HASH_MAP);
                classes.forEach((service, known) -> {
                    make(code.dup().loadConstant(service), known);
                    code.invokeinterface(MAP, "put", MethodTypeDesc.of(CD_Object, CD_Object, CD_Object))
                            .pop();
                });
                code.invokespecial(OPTIMIZATIONS, INIT_NAME, MTD_void.insertParameterTypes(0, MAP))
                        .areturn();
            });
        });
    }

    private static byte[] services(ClassDesc name, List<Services.Provider> providers) {
        return ClassFile.of().build(name, type -> {
            of(type, CD_Object).withInterfaceSymbols(SERVICES);
            type.withMethodBody("all", MethodTypeDesc.of(CD_Object.arrayType()), ClassFile.ACC_PUBLIC, code -> {
                code.loadConstant(providers.size()).anewarray(CD_Object);
                for (int i = 0; i < providers.size(); i++) {
                    make(code.dup().loadConstant(i), describe(providers.get(i))).aastore();
                }
                code.areturn();
            });
        });
    }

    private static byte[] introspections(ClassDesc name, List<Services.Provider> providers) {
        var present = providers.stream().filter(each -> (boolean) ask(each, "isPresent")).toList();
        return ClassFile.of().build(name, type -> {
            of(type, INTROSPECTIONS);
            type.withMethodBody("types", MethodTypeDesc.of(CD_String.arrayType()), ClassFile.ACC_PROTECTED, code -> {
                code.loadConstant(present.size()).anewarray(CD_String);
                for (int i = 0; i < present.size(); i++) {
                    code.dup().loadConstant(i).loadConstant((String) ask(present.get(i), "getName")).aastore();
                }
                code.areturn();
            });
            type.withMethodBody(
                    "make", MethodTypeDesc.of(ClassDesc.of(INTROSPECTION), CD_int), ClassFile.ACC_PROTECTED, code -> {
                        var cases = IntStream.range(0, present.size())
                                .mapToObj(i -> SwitchCase.of(i, code.newLabel()))
                                .toList();
                        var none = code.newLabel();
                        code.iload(1).tableswitch(none, cases);
                        for (var one : cases) {
                            code.labelBinding(one.target());
                            make(code, describe(present.get(one.caseValue()))).areturn();
                        }
                        code.labelBinding(none).aconst_null().areturn();
                    });
        });
    }

    /** A class with a constructor without arguments. */
    private static ClassBuilder of(ClassBuilder type, ClassDesc parent) {
        return type.withFlags(AccessFlag.PUBLIC, AccessFlag.FINAL, AccessFlag.SYNTHETIC)
                .withSuperclass(parent)
                .withMethodBody(INIT_NAME, MTD_void, ClassFile.ACC_PUBLIC, code -> code.aload(0)
                        .invokespecial(parent, INIT_NAME, MTD_void)
                        .return_());
    }

    private static CodeBuilder make(CodeBuilder code, ClassDesc type) {
        return code.new_(type).dup().invokespecial(type, INIT_NAME, MTD_void);
    }

    private static ClassDesc describe(Services.Provider provider) {
        return provider.type().describeConstable().orElseThrow();
    }

    /** Of another loader: nobody here knows its type. */
    private static Object ask(Services.Provider provider, String question) {
        try {
            return provider.type().getMethod(question).invoke(provider.made());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(provider.type() + " does not answer " + question, e);
        }
    }
}
