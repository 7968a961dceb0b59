import { ErrorCode, StreamClosedError, errorOf } from './errors.js';
import { Socket, isEnding, type Ending, type Message } from './socket.js';
import { backoff, pause, type QueryValue, type Transport } from './transport.js';

export interface StreamSource {
    path: string;
    query: Record<string, QueryValue>;
    /** An ordinary request about the same thing: a handshake that fails does not tell browsers why, this does. */
    probe: () => Promise<unknown>;
}

/** Coming back is no use after these: the client's own mistake, its credential, or that what it looked at is gone. */
const FINAL = new Set([1003, 1009, 4400, 4401, 4403, 4404, 4409]);
/** Told before a close that may be followed by better times. */
const PASSING = new Set<number>([ErrorCode.RATE_LIMITED, ErrorCode.SERVICE_UNAVAILABLE]);

/** A stream that outlives its connections: it goes on behind the last message that had a cursor. */
export class Stream implements AsyncIterable<Message> {
    private socket: Socket | undefined;
    private cursor: string | undefined;
    private isClosed = false;

    private constructor(
        private readonly transport: Transport,
        private readonly source: StreamSource,
        private readonly onReturn: () => Message | undefined,
    ) {}

    /**
     * Connected, or it throws what the service says against it.
     *
     * @param onReturn what the reader is told when a connection came back and no cursor told where to go on
     */
    static async open(transport: Transport, source: StreamSource, onReturn: () => Message | undefined = () => undefined): Promise<Stream> {
        const stream = new Stream(transport, source, onReturn);
        await stream.connect();
        return stream;
    }

    /** Where another stream of the same thing can go on. */
    get position(): string | undefined {
        return this.cursor;
    }

    /** Lost when there is no connection at this moment: what was sent twice would be done twice. */
    send(message: object): boolean {
        if (!this.socket?.isOpen) return false;
        this.socket.send(message);
        return true;
    }

    close(): void {
        this.isClosed = true;
        this.socket?.close();
    }

    async *[Symbol.asyncIterator](): AsyncGenerator<Message> {
        /** Connections in a row that ended before they brought anything. */
        let fruitless = 0;
        try {
            while (this.socket) {
                const next = await this.socket.next();
                if (!isEnding(next)) {
                    if (next.cursor !== undefined) this.cursor = next.cursor;
                    if (next.type === 'error') {
                        const refusal = errorOf(next.data);
                        if (!PASSING.has(refusal.code)) throw refusal;
                    } else {
                        fruitless = 0;
                        if (next.type !== 'pong') yield next;
                    }
                } else if (this.isClosed || (next.code === 1000 && !next.isOverfull)) {
                    return;
                } else if (FINAL.has(next.code) || fruitless > this.transport.retries) {
                    throw new StreamClosedError(next.code, next.reason);
                } else {
                    this.transport.debug(`${this.source.path} closed with ${next.code}, connecting again`);
                    if (fruitless > 0) await pause(backoff(fruitless));
                    fruitless++;
                    await this.connect();
                    const told = this.onReturn();
                    if (told) yield told;
                }
            }
        } finally {
            this.close();
        }
    }

    private async connect(): Promise<void> {
        const query = { ...this.source.query, ...(this.cursor !== undefined && { cursor: this.cursor }) };
        for (let attempt = 0; ; attempt++) {
            const socket = await Socket.open(this.transport.socket(this.source.path, query));
            if (await socket.opened()) {
                this.socket = socket;
                return;
            }
            const ending = (await socket.next()) as Ending;
            if (FINAL.has(ending.code)) throw new StreamClosedError(ending.code, ending.reason);
            await this.source.probe();
            if (attempt >= this.transport.retries) throw new StreamClosedError(ending.code, ending.reason);
            await pause(backoff(attempt));
        }
    }
}
