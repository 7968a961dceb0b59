import type { Api, Schemas } from './api.js';
import { bytesOf, fromBase64, toBase64 } from './bytes.js';
import type { CommandEnd } from './command.js';
import { Stream } from './stream.js';
import type { Transport } from './transport.js';

/** Bytes of a message: with its base64 it stays below the 32 KiB that the service reads. */
const INPUT_BYTES = 16 << 10;

/** A terminal, and a connection to it. The terminal lives on when the connection is closed. */
export class Terminal implements AsyncIterable<Uint8Array> {
    /** How it ended, once it has. */
    end: CommandEnd | undefined;

    private constructor(
        private readonly api: Api,
        private readonly stream: Stream,
        readonly sandboxId: string,
        readonly pid: number,
    ) {}

    static async connect(transport: Transport, api: Api, sandboxId: string, pid: number, query: { includeHistory?: boolean; cursor?: string }) {
        const place = { id: sandboxId, pid };
        const stream = await Stream.open(transport, {
            path: `/api/v1/sandboxes/${encodeURIComponent(sandboxId)}/pty/${pid}/connect`,
            query,
            probe: (call) => api.getPty({ path: place }, call),
        });
        return new Terminal(api, stream, sandboxId, pid);
    }

    /** What it shows, until it ends or is left with {@link disconnect}. To be read once. */
    async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
        for await (const message of this.stream) {
            if (message.type === 'data') yield fromBase64(message.data as string);
            else if (message.type === 'exit') this.end = message.data as CommandEnd;
        }
    }

    /** Where another connection goes on right behind what was read here. */
    get cursor(): string | undefined {
        return this.stream.position;
    }

    /** Types. While the connection is being made anew it goes by a request, which arrives once. */
    async write(data: string | Uint8Array): Promise<void> {
        const bytes = bytesOf(data);
        for (let i = 0; i < bytes.length; i += INPUT_BYTES) {
            const text = toBase64(bytes.subarray(i, i + INPUT_BYTES));
            if (!this.stream.send({ type: 'input', data: text })) {
                await this.api.writePty({ path: this.place(), body: { data: text, encoding: 'base64' } });
            }
        }
    }

    async resize(cols: number, rows: number): Promise<void> {
        await this.api.resizePty({ path: this.place(), body: { cols, rows } });
    }

    info(): Promise<Schemas['PtyInfo']> {
        return this.api.getPty({ path: this.place() });
    }

    disconnect(): void {
        this.stream.close();
    }

    /** Hangs up: the terminal and what runs in it end. */
    async close(): Promise<void> {
        await this.api.deletePty({ path: this.place() });
    }

    private place(): { id: string; pid: number } {
        return { id: this.sandboxId, pid: this.pid };
    }
}
