package dev.elevo.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import dev.elevo.contract.Area;
import io.micronaut.scheduling.annotation.Scheduled;
import io.micronaut.scheduling.annotation.Schedules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StyleTest {
    private static final Pattern AUDITED = Pattern.compile("@Audited\\(\\s*(?:value = )?\"([^\"]+)\"");
    /** Each function tells itself which area it is of. */
    private static final Pattern OPTION = Pattern.compile("\\$\\{(elevo\\.(?!area\\b)[a-z0-9.-]+)");

    private static final Pattern NAMED = Pattern.compile("`((?:ELEVO)?_[A-Z0-9_]+)`");

    @ParameterizedTest
    @ValueSource(strings = {"Impl", "Manager", "Utils", "Util"})
    void a_class_is_named_by_what_it_is(String ending) {
        noClasses()
                .should()
                .haveSimpleNameEndingWith(ending)
                .because("such a name says nothing about what the class is for")
                .check(CompiledModules.ALL);
    }

    /** Starts do without Micronaut's processor of it: nobody would call such a method. */
    @Test
    void nothing_is_scheduled_by_micronaut() {
        noMethods()
                .should()
                .beAnnotatedWith(Scheduled.class)
                .orShould()
                .beAnnotatedWith(Schedules.class)
                .because("functions/Services.java leaves out who would call them")
                .check(CompiledModules.ALL);
    }

    @Test
    void only_the_program_in_the_sandbox_is_called_helper() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.elevo.agent.helper..")
                .should()
                .haveSimpleNameEndingWith("Helper")
                .because("the helper is pid 1 of a sandbox; a class that helps others has a purpose to be named by")
                .check(CompiledModules.ALL);
    }

    @Test
    void the_environment_is_read_by_configuration_only() {
        noClasses()
                .that()
                .haveSimpleNameNotEndingWith("Configuration")
                .and()
                // Who starts a program may hand it its environment.
                .doNotHaveSimpleName("Main")
                .and()
                .doNotHaveSimpleName("CheckOptions")
                .and()
                // It is asked before there is a context that could be configured.
                .doNotHaveSimpleName("SnapStart")
                .should()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .because("what can be configured must be found in one place, and tests must be able to set it")
                .check(CompiledModules.ALL);
    }

    @Test
    void every_package_says_in_a_sentence_what_may_live_in_it() throws IOException {
        assertThat(sourceFolders())
                .hasSizeGreaterThan(Area.values().length)
                .allSatisfy(folder -> assertThat(folder.resolve("package-info.java"))
                        .content()
                        .containsPattern("(?s)^/\\*\\*.*\\p{L}.*\\.\\s*\\*/"));
    }

    @Test
    void every_type_of_the_audit_trail_is_in_the_documents() throws IOException {
        var documents = Files.readString(CompiledModules.root().resolve("docs/api.md"));
        var table = documents.substring(documents.indexOf("## Audit"), documents.indexOf("## System"));

        assertThat(found(AUDITED))
                .hasSizeGreaterThan(Area.values().length)
                // `run` of `process.…`, or the whole of it.
                .allSatisfy(type -> assertThat(table)
                        .containsPattern("`" + type.replaceFirst("\\..*", "") + "\\.(…|\\w)")
                        .containsAnyOf("`" + type + "`", "`" + type.replaceFirst("^\\w+\\.", "") + "`"));
    }

    @Test
    void every_option_that_is_read_is_in_the_documents() throws IOException {
        var documented = NAMED.matcher(Files.readString(CompiledModules.root().resolve("docs/options.md")))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());

        assertThat(found(OPTION))
                .hasSizeGreaterThan(40)
                .map(option -> option.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"))
                // `_WRITE` stands beside another one that begins as it does.
                .allSatisfy(option -> assertThat(documented)
                        .anyMatch(name -> name.startsWith("_") ? option.endsWith(name) : option.equals(name)));
    }

    private static Set<String> found(Pattern pattern) throws IOException {
        var found = new TreeSet<String>();
        for (var folder : sourceFolders()) {
            try (var sources = Files.list(folder)) {
                for (var source : sources.filter(Files::isRegularFile).toList()) {
                    pattern.matcher(Files.readString(source)).results().forEach(match -> found.add(match.group(1)));
                }
            }
        }
        return found;
    }

    /** Of all modules, also of those that no rule about compiled classes is for. */
    private static Set<Path> sourceFolders() throws IOException {
        var folders = new TreeSet<Path>();
        // Modules are one or two below the root.
        try (var places = Files.find(CompiledModules.root(), 2, (place, attributes) -> attributes.isDirectory())) {
            for (var sources : places.map(module -> module.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (var files = Files.walk(sources)) {
                    files.filter(file -> file.toString().endsWith(".java"))
                            .map(Path::getParent)
                            .forEach(folders::add);
                }
            }
        }
        return folders;
    }

    @Test
    void every_package_is_null_marked() {
        assertThat(packages())
                .isNotEmpty()
                .allSatisfy(javaPackage -> assertThat(javaPackage.tryGetPackageInfo())
                        .as(javaPackage.getName())
                        .hasValueSatisfying(info -> assertThat(info.isAnnotatedWith(NullMarked.class))
                                .isTrue()));
    }

    private static List<JavaPackage> packages() {
        return CompiledModules.ALL.stream()
                .filter(javaClass -> !javaClass.isAnonymousClass())
                .map(JavaClass::getPackage)
                .collect(Collectors.toMap(JavaPackage::getName, javaPackage -> javaPackage, (one, same) -> one))
                .values()
                .stream()
                .toList();
    }
}
