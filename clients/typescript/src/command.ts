import type { Api, BodyOf, Schemas } from './api.js';
import { bytesOf, fromBase64, toBase64 } from './bytes.js';
import { ApiError, ConnectionError, ErrorCode } from './errors.js';
import { Stream } from './stream.js';
import type { Transport } from './transport.js';

/** Some of what a command wrote. A chunk may end in the middle of a character. */
export interface OutputChunk {
    stream: 'stdout' | 'stderr';
    bytes: Uint8Array;
    /** Goes on right behind this chunk, also in another process. */
    cursor: string;
    /** So much right before this chunk was not kept. */
    droppedBytes: number;
}

export interface CommandEnd {
    /** −1 after a signal. */
    exitCode: number;
    signal?: string;
    timedOut?: boolean;
    durationMs?: number;
}

export interface OutputOptions {
    /** Of a chunk; without it everything from the beginning. */
    cursor?: string;
    /** false: only what is written from now on. */
    includeHistory?: boolean;
}

type Signal = 'SIGHUP' | 'SIGINT' | 'SIGQUIT' | 'SIGKILL' | 'SIGUSR1' | 'SIGUSR2' | 'SIGTERM' | 'SIGCONT' | 'SIGSTOP';

/** So much the service takes at a time. */
const WRITE_BYTES = 512 << 10;

/** A command that runs by itself in a sandbox. */
export class Command implements AsyncIterable<OutputChunk> {
    private end: CommandEnd | undefined;

    constructor(
        private readonly transport: Transport,
        private readonly api: Api,
        readonly sandboxId: string,
        readonly pid: number,
    ) {}

    /** All that it writes, from the beginning to its end, over as many connections as it takes. */
    [Symbol.asyncIterator](): AsyncGenerator<OutputChunk> {
        return this.output();
    }

    async *output(options: OutputOptions = {}): AsyncGenerator<OutputChunk> {
        const { id, pid } = this.place();
        const stream = await Stream.open(this.transport, {
            path: `/api/v1/sandboxes/${encodeURIComponent(id)}/process/${pid}/stream`,
            query: { ...options },
            probe: (call) => this.api.getProcess({ path: { id, pid } }, call),
        });
        for await (const message of stream) {
            if (message.type === 'data') {
                yield {
                    stream: message.stream ?? 'stdout',
                    bytes: fromBase64(message.data as string),
                    cursor: message.cursor ?? '',
                    droppedBytes: message.droppedBytes ?? 0,
                };
            } else if (message.type === 'exit') {
                this.end = message.data as CommandEnd;
            }
        }
    }

    /** How it ended. */
    async wait(): Promise<CommandEnd> {
        if (!this.end) {
            for await (const _ of this.output({ includeHistory: false }));
        }
        if (!this.end) throw new ConnectionError(`the stream of process ${this.pid} ended without its exit`);
        return this.end;
    }

    info(): Promise<Schemas['ProcessInfo']> {
        return this.api.getProcess({ path: this.place() });
    }

    /** Into its standard input, all of it: a process that reads slowly is waited for. It must have been started with `stdin: true`. */
    async write(data: string | Uint8Array): Promise<void> {
        let left = bytesOf(data);
        while (left.length > 0) {
            left = left.subarray(await this.writeSome({ data: toBase64(left.subarray(0, WRITE_BYTES)), encoding: 'base64' }));
        }
    }

    private async writeSome(body: BodyOf<'writeToProcess'>): Promise<number> {
        try {
            return (await this.api.writeToProcess({ path: this.place(), body })).bytesWritten;
        } catch (failure) {
            const isFull = failure instanceof ApiError && failure.code === ErrorCode.RESOURCE_EXHAUSTED && failure.details['resource'] === 'stdin';
            if (isFull) return 0; // It does not read just now, and the service has waited for it already.
            throw failure;
        }
    }

    async closeInput(): Promise<void> {
        await this.api.writeToProcess({ path: this.place(), body: { eof: true } });
    }

    /** Sends a signal to it and what it started; `wait` until it is over. */
    async kill(signal: Signal = 'SIGTERM', options: { wait?: boolean; timeoutMs?: number } = {}): Promise<void> {
        await this.api.killProcess({ path: this.place(), query: { signal, ...options } });
    }

    private place(): { id: string; pid: number } {
        return { id: this.sandboxId, pid: this.pid };
    }
}
