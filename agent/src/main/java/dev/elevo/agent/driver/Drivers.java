package dev.elevo.agent.driver;

import dev.elevo.agent.AgentConfiguration;
import dev.elevo.agent.AgentLock;
import dev.elevo.agent.LspConfiguration;
import dev.elevo.agent.network.HostNetworks;
import dev.elevo.agent.network.Networks;
import dev.elevo.agent.network.NoNetworks;
import dev.elevo.agent.network.PrivateNetworks;
import dev.elevo.agent.network.UserNetworks;
import dev.elevo.agent.template.Catalogue;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Value;
import io.micronaut.serde.ObjectMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out by trying what this host can do. That a program is installed says nothing: every candidate must start a sandbox. */
@Factory
final class Drivers {
    private static final Logger LOG = LoggerFactory.getLogger(Drivers.class);

    /** The lock is held from here on: a trial run removes what the last one left. */
    @Bean(preDestroy = "close")
    @Singleton
    @SuppressWarnings("unused")
    IsolationDriver driver(
            AgentConfiguration configuration,
            LspConfiguration languageServers,
            AgentLock lock,
            Places places,
            HostDisk hostDisk,
            Trash trash,
            VolumeImages volumes,
            Workspace workspace,
            @Value("${elevo.template:base}") String template,
            ObjectMapper json)
            throws IOException {
        if (configuration.isGuest()) {
            return guest(configuration, template, places, workspace, hostDisk, trash);
        }
        var reasons = new ArrayList<String>();
        try {
            var driver = linux(configuration, languageServers, places, hostDisk, trash, volumes, json, reasons);
            LOG.info("sandboxes are isolated by {}", driver.runtime());
            LOG.debug("tried before: {}", reasons);
            return driver;
        } catch (IOException e) {
            reasons.add(e.getMessage());
        }
        if (configuration.allowsNoWall()) {
            LOG.error(
                    "ELEVO_UNSAFE=1: sandboxes are NOT isolated, all code in them runs with the rights of this user."
                            + " {}",
                    reasons);
            return new ProcessDriver(configuration.helperProgram(), hostDisk, trash);
        }
        throw new IOException("This host cannot isolate sandboxes. Tried: " + String.join("; ", reasons)
                + ". Run `./elevo doctor` to see what is missing; ELEVO_UNSAFE=1 runs them without any isolation");
    }

    private static IsolationDriver guest(
            AgentConfiguration configuration,
            String template,
            Places places,
            Workspace workspace,
            HostDisk hostDisk,
            Trash trash)
            throws IOException {
        if (Rights.user() != 0) {
            throw new IOException("the agent of a machine that is one sandbox has to be its root");
        }
        workspace.require();
        // Here the user would see the names of what is in it.
        Templates.mode(configuration.directory().resolveSibling(""), "rwx------");
        var machine = GuestMachine.tryOut(configuration.helperProgram(), configuration.directory());
        LOG.info("this machine is a sandbox: {}", machine.words());
        return new GuestDriver(configuration.helperProgram(), template, machine, places, workspace, hostDisk, trash);
    }

    private static IsolationDriver linux(
            AgentConfiguration configuration,
            LspConfiguration languageServers,
            Places places,
            HostDisk hostDisk,
            Trash trash,
            VolumeImages volumes,
            ObjectMapper json,
            List<String> reasons)
            throws IOException {
        var rights = Rights.ofThisProcess()
                .orElseThrow(() -> new IOException("this agent is neither root nor in a user namespace"));
        var networks = networks(configuration, places, rights, json);
        var templates = configuration.directory().resolve("templates");
        var base = Templates.build(templates, configuration.helperProgram(), rights.templateOwner());
        var catalogue = new Catalogue(
                configuration.templatesFile(), templates, rights.templateOwner(), hostDisk::hasRoom, json);
        var foundations = new Foundations(base, catalogue, languageServers);
        var groups = switch (rights) {
            case ROOT -> new Cgroups(places.home());
            case NAMESPACE -> new NoGroups();
        };
        var directory = Files.createDirectories(configuration.directory().resolve("disks"));
        var disks = switch (rights) {
            case ROOT -> LoopDisks.orPlain(directory, configuration.helperProgram(), places.trial());
            case NAMESPACE -> new PlainDisks(rights, directory, configuration.helperProgram());
        };
        do {
            for (var runtime : candidates(rights, reasons)) {
                var driver = new LinuxDriver(
                        rights,
                        runtime,
                        configuration.helperProgram(),
                        foundations,
                        groups,
                        networks,
                        disks,
                        volumes,
                        hostDisk,
                        trash);
                try {
                    trial(driver, places.trial());
                    return driver;
                } catch (IOException e) {
                    runtime.close();
                    reasons.add(runtime.description() + ": " + e.getMessage());
                }
            }
            // What is wrong with the language servers alone is no reason to be without sandboxes.
        } while (leavesOutLanguageServers(foundations, reasons));
        foundations.close();
        networks.close();
        disks.close();
        throw new IOException("no runtime starts a sandbox");
    }

    /** Each from memory first, then from where it is installed. */
    private static Iterable<OciRuntime> candidates(Rights rights, List<String> reasons) {
        return () -> rights.runtimes().stream()
                .flatMap(runtime -> Stream.concat(inMemory(runtime, reasons).stream(), Stream.of(runtime)))
                .iterator();
    }

    private static Optional<OciRuntime> inMemory(OciRuntime runtime, List<String> reasons) {
        try {
            return Optional.of(runtime.inMemory());
        } catch (IOException e) {
            reasons.add(runtime.description() + " in memory: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static Networks networks(AgentConfiguration configuration, Places places, Rights rights, ObjectMapper json)
            throws IOException {
        if (configuration.network().equals("none")) {
            return new NoNetworks();
        }
        var directory = configuration.directory().resolve("network");
        var open = PrivateNetworks.parse(configuration.privateNetworks());
        return switch (rights) {
            case ROOT -> HostNetworks.open(places.home(), directory, open, json);
            case NAMESPACE -> UserNetworks.open(directory, open);
        };
    }

    private static boolean leavesOutLanguageServers(Foundations foundations, List<String> reasons) throws IOException {
        if (!foundations.leaveOutLanguageServers()) {
            return false;
        }
        LOG.warn("with the language servers of the host no runtime starts a sandbox: {}", reasons);
        return true;
    }

    private static void trial(LinuxDriver driver, Slot slot) throws IOException {
        driver.remove(slot);
        try {
            driver.start(slot, TRIAL);
            driver.resize(slot, Resources.DEFAULT);
            driver.tryFreezer(slot);
        } finally {
            driver.remove(slot);
        }
    }

    private static final SandboxSpec TRIAL = new SandboxSpec(
            "trial",
            Templates.BASE,
            Map.of(),
            "/",
            "root",
            "/bin/sh",
            Resources.DEFAULT,
            new NetworkConfig(false, null, null, null, null, false, null, null),
            List.of(),
            null,
            null);
}
