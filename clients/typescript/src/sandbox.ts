import type { Api, BodyOf, Output, QueryOf, Schemas } from './api.js';
import { Command, type OutputChunk } from './command.js';
import { ApiError, ErrorCode, errorOf } from './errors.js';
import { Files } from './files.js';
import { Repository } from './git.js';
import { Terminal } from './terminal.js';
import { pause, type CallOptions, type Transport } from './transport.js';

export interface RunOptions extends Omit<Schemas['RunRequest'], 'command'> {
    /** What it writes, as it writes it. With either of the two the command's output comes by a stream. */
    onStdout?: (text: string) => void;
    onStderr?: (text: string) => void;
}

export type RunResult = Output<'runCommand'>;

/** As much of each stream as `run` keeps. */
const KEPT_BYTES = 10 << 20;
const RUN_TIMEOUT_MS = 60_000;
/** The process has ended, or its sandbox, or it takes no more: its exit says the rest. */
const NOBODY_READS = new Set<number>([
    ErrorCode.PROCESS_NOT_FOUND,
    ErrorCode.STDIN_CLOSED,
    ErrorCode.SANDBOX_NOT_FOUND,
    ErrorCode.SANDBOX_NOT_RUNNING,
]);

/** One sandbox: what it was when it was last looked at, and everything that can be done with it. */
export class Sandbox {
    readonly files: Files;

    constructor(
        private readonly transport: Transport,
        private readonly api: Api,
        /** As it was told last; {@link refresh} asks again. */
        public info: Schemas['SandboxInfo'],
    ) {
        this.files = new Files(transport, api, info.id);
    }

    get id(): string {
        return this.info.id;
    }

    /**
     * Runs a command to its end, however long that takes. One that fails is a result, not an error. A connection that breaks changes
     * nothing: the command goes on, and is not started again. A signal kills one that is heard while it runs; of another it only ends
     * the waiting.
     */
    async run(command: string, options: RunOptions = {}, call: CallOptions = {}): Promise<RunResult> {
        const { onStdout, onStderr, ...request } = options;
        if (!onStdout && !onStderr) return this.api.runCommand({ ...this.here(), body: { command, ...request } }, call);
        const { input, waitMs: _, timeoutMs = RUN_TIMEOUT_MS, maxBuffer = KEPT_BYTES, ...spawn } = request;
        const running = await this.spawn(command, { ...spawn, timeoutMs, maxBuffer, stdin: input !== undefined }, call);
        const written = input === undefined ? undefined : failureOf(running.write(input).then(() => running.closeInput()));
        const kept = { stdout: new Kept(maxBuffer, onStdout), stderr: new Kept(maxBuffer, onStderr) };
        let killed: Promise<unknown> | undefined;
        const kill = () => {
            killed = failureOf(running.kill('SIGKILL'));
        };
        call.signal?.addEventListener('abort', kill);
        try {
            for await (const chunk of running) kept[chunk.stream].take(chunk);
            const failure = (await written) ?? (await killed);
            if (failure) throw failure;
        } finally {
            call.signal?.removeEventListener('abort', kill);
        }
        call.signal?.throwIfAborted();
        const end = await running.wait();
        return {
            exitCode: end.exitCode,
            stdout: kept.stdout.text(),
            stderr: kept.stderr.text(),
            ...(end.signal !== undefined && { signal: end.signal }),
            durationMs: end.durationMs ?? 0,
            timedOut: end.timedOut ?? false,
            truncated: kept.stdout.isCut || kept.stderr.isCut,
        };
    }

    /** Starts a command and leaves it. */
    async spawn(command: string, options: Omit<Schemas['SpawnRequest'], 'command'> = {}, call: CallOptions = {}): Promise<Command> {
        const { pid } = await this.api.spawnCommand({ ...this.here(), body: { command, ...options } }, call);
        return this.command(pid);
    }

    /** One that was started before, here or elsewhere. */
    command(pid: number): Command {
        return new Command(this.transport, this.api, this.id, pid);
    }

    runCode(language: BodyOf<'runCode'>['language'], code: string, options: Omit<BodyOf<'runCode'>, 'language' | 'code'> = {}, call: CallOptions = {}) {
        return this.api.runCode({ ...this.here(), body: { language, code, ...options } }, call);
    }

    async openTerminal(options: NonNullable<BodyOf<'createPty'>> = {}): Promise<Terminal> {
        const { pid } = await this.api.createPty({ ...this.here(), body: options });
        return this.terminal(pid, { includeHistory: true });
    }

    /** A connection to a terminal that is there. */
    terminal(pid: number, options: { includeHistory?: boolean; cursor?: string } = {}): Promise<Terminal> {
        return Terminal.connect(this.transport, this.api, this.id, pid, options);
    }

    git(path: string): Repository {
        return new Repository(this.api, this.id, path);
    }

    /** Into a new directory, however long it takes. */
    async clone(url: string, path: string, options: Omit<BodyOf<'cloneRepository'>, 'url' | 'path'> = {}): Promise<Repository> {
        await this.api.cloneRepository({ ...this.here(), body: { url, path, ...options } });
        return this.git(path);
    }

    async refresh(): Promise<this> {
        return this.now(await this.api.getSandbox(this.here()));
    }

    async update(changes: BodyOf<'changeSettings'>): Promise<this> {
        return this.now(await this.api.changeSettings({ ...this.here(), body: changes }));
    }

    async start(options: BodyOf<'startSandbox'> = {}): Promise<this> {
        return this.now(await this.api.startSandbox({ ...this.here(), body: options })).untilRunning(options.waitForReady);
    }

    async stop(options: BodyOf<'stopSandbox'> = {}): Promise<this> {
        return this.now(await this.api.stopSandbox({ ...this.here(), body: options }));
    }

    async pause(): Promise<this> {
        return this.now(await this.api.pauseSandbox(this.here()));
    }

    async resume(options: BodyOf<'resumeSandbox'> = {}): Promise<this> {
        return this.now(await this.api.resumeSandbox({ ...this.here(), body: options })).untilRunning(options.waitForReady);
    }

    async restart(options: BodyOf<'restartSandbox'> = {}): Promise<this> {
        return this.now(await this.api.restartSandbox({ ...this.here(), body: options }));
    }

    /** In whatever state it is, unless `force` is false. */
    async delete({ force = true }: { force?: boolean } = {}): Promise<void> {
        await this.api.deleteSandbox({ ...this.here(), query: { force } });
    }

    async fork(options: BodyOf<'forkSandbox'> = {}): Promise<Sandbox[]> {
        const { sandboxes } = await this.api.forkSandbox({ ...this.here(), body: options });
        return sandboxes.map((info) => new Sandbox(this.transport, this.api, info));
    }

    /** What is kept of its files and its configuration, as soon as it can be used; with `wait: false`, at once. */
    async snapshot(options: BodyOf<'checkpointSandbox'> = {}): Promise<Schemas['SnapshotInfo']> {
        let snapshot = await this.api.checkpointSandbox({ ...this.here(), body: options });
        while (options.wait !== false && snapshot.state === 'creating') {
            await pause(250);
            snapshot = await this.api.getSnapshot({ path: { id: snapshot.id } });
        }
        if (snapshot.state === 'failed') throw failed('snapshot', snapshot.id, 'SNAPSHOT_CREATE_FAILED', snapshot.errorMessage);
        return snapshot;
    }

    async metrics(query: QueryOf<'getMetrics'> = {}): Promise<Schemas['SandboxMetrics'][]> {
        return (await this.api.getMetrics({ ...this.here(), query })).metrics;
    }

    /** Where a browser finds what listens on a port of it. */
    async previewUrl(port: number, options: Omit<QueryOf<'getPreviewUrl'>, 'port'> = {}): Promise<string> {
        return (await this.api.getPreviewUrl({ ...this.here(), query: { port, ...options } })).url;
    }

    /** No request of the service waits that long; whoever wants to is told once it runs. */
    async untilRunning(isWanted = true): Promise<this> {
        while (isWanted && this.info.state === 'creating') {
            await pause(250);
            await this.refresh();
        }
        if (isWanted && this.info.state === 'failed') throw failed('sandbox', this.id, 'SANDBOX_CREATION_FAILED', this.info.errorReason);
        return this;
    }

    private here() {
        return { path: { id: this.id } };
    }

    private now(info: Schemas['SandboxInfo']): this {
        this.info = info;
        return this;
    }
}

/** For later: what fails while nobody waits for it ends all of a Node process. */
async function failureOf(work: Promise<void>): Promise<unknown> {
    try {
        await work;
    } catch (failure) {
        if (!(failure instanceof ApiError && NOBODY_READS.has(failure.code))) return failure;
    }
    return undefined;
}

/** The beginning of a stream, as text. */
class Kept {
    isCut = false;
    private readonly parts: string[] = [];
    private readonly decoder = new TextDecoder();
    private left: number;

    constructor(
        room: number,
        private readonly onText: ((text: string) => void) | undefined,
    ) {
        this.left = room;
    }

    take({ bytes, droppedBytes }: OutputChunk): void {
        const text = this.decoder.decode(bytes, { stream: true });
        this.onText?.(text);
        if (droppedBytes > 0 || bytes.length > this.left) this.isCut = true;
        if (!this.isCut) this.parts.push(text);
        this.left -= bytes.length;
    }

    text(): string {
        return this.parts.join('');
    }
}

/** As the service says it where it knows before it has answered. */
function failed(what: string, id: string, name: keyof typeof ErrorCode, reason: string | null | undefined): ApiError {
    return errorOf({ code: ErrorCode[name], name, message: `${what} ${id} failed: ${reason ?? 'no reason given'}`, details: { [`${what}Id`]: id } });
}
