import { ErrorCode, StreamClosedError, errorOf, type ApiError } from './errors.js';
import { Socket, isEnding, type Ending, type Message } from './socket.js';
import { Outage, backoff, mayHelpLater, pause, type CallOptions, type QueryValue, type Transport } from './transport.js';

export interface StreamSource {
    path: string;
    query: Record<string, QueryValue>;
    /** An ordinary request about the same thing: a handshake that fails does not tell browsers why, this does. */
    probe: (call: CallOptions) => Promise<unknown>;
    /** What the reader is told where some of it may have been missed. */
    gap?: Message;
}

/** Coming back is no use after these: the client's own mistake, its credential, or that what it looked at is gone. */
const FINAL = new Set([1003, 1009, 4400, 4401, 4403, 4404, 4409]);
/** Coming back at once is no use: the service is broken, or has had too much of us. */
const LATER = new Set([1011, 4429]);
/** What a cursor is answered with that is too old, or none of this stream: it goes on from now. */
const NO_PLACE = new Set<number>([ErrorCode.VALIDATION_ERROR, ErrorCode.INVALID_REQUEST]);

/** A stream that outlives its connections: it goes on behind the last message that had a cursor. */
export class Stream implements AsyncIterable<Message> {
    private socket: Socket | undefined;
    private cursor: string | undefined;
    private readonly closing = new AbortController();

    private constructor(
        private readonly transport: Transport,
        private readonly source: StreamSource,
    ) {}

    /** Connected, or it throws what the service says against it. */
    static async open(transport: Transport, source: StreamSource): Promise<Stream> {
        const stream = new Stream(transport, source);
        for (let attempt = 0; ; attempt++) {
            try {
                await stream.connect();
                return stream;
            } catch (failure) {
                if (!isLost(failure) || attempt >= transport.retries) throw failure;
                await pause(backoff(attempt));
            }
        }
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

    /** Also while the connection is being made anew. */
    close(): void {
        this.closing.abort();
        this.socket?.close();
    }

    private get isClosed(): boolean {
        return this.closing.signal.aborted;
    }

    async *[Symbol.asyncIterator](): AsyncGenerator<Message> {
        /** Connections in a row that ended before they brought anything. */
        let fruitless = 0;
        const outage = new Outage();
        /** Said last. Only a close that follows makes an error the end. */
        let said: ApiError | undefined;
        try {
            while (this.socket) {
                const next = await this.socket.next();
                if (!isEnding(next)) {
                    if (next.cursor !== undefined) this.cursor = next.cursor;
                    said = next.type === 'error' ? errorOf(next.data) : undefined;
                    if (said) {
                        this.transport.debug(`${this.source.path} says ${said.message}`);
                        if (this.source.gap && NO_PLACE.has(said.code)) {
                            this.cursor = undefined;
                            yield this.source.gap;
                        }
                    } else {
                        fruitless = 0;
                        outage.end();
                        if (next.type !== 'pong') yield next;
                    }
                } else if (this.isClosed || (next.code === 1000 && !next.isOverfull)) {
                    return;
                } else {
                    const failure = said ?? new StreamClosedError(next.code, next.reason);
                    // What the service says against it is no outage.
                    if (FINAL.has(next.code) || (said && fruitless > this.transport.retries)) throw failure;
                    this.transport.debug(`${this.source.path} closed with ${next.code}, connecting again`);
                    if (fruitless > 0 || LATER.has(next.code)) await outage.wait(failure, this.closing.signal);
                    fruitless++;
                    said = undefined;
                    await this.comeBack(outage);
                    if (this.isClosed) return;
                    if (this.source.gap && this.cursor === undefined) yield this.source.gap;
                }
            }
        } catch (failure) {
            // A connection that did not come back is nothing to one who does not want it any more.
            if (!this.isClosed) throw failure;
        } finally {
            this.close();
        }
    }

    private async comeBack(outage: Outage): Promise<void> {
        while (true) {
            try {
                return await this.connect();
            } catch (failure) {
                if (!isLost(failure) && !mayHelpLater(failure)) throw failure;
                await outage.wait(failure, this.closing.signal);
            }
        }
    }

    private async connect(): Promise<void> {
        const query = { ...this.source.query, ...(this.cursor !== undefined && { cursor: this.cursor }) };
        const socket = await Socket.open(this.transport.socket(this.source.path, query));
        this.socket = socket;
        if (this.isClosed) socket.close();
        if (await socket.opened()) return;
        const ending = (await socket.next()) as Ending;
        if (!FINAL.has(ending.code)) await this.source.probe({ signal: this.closing.signal });
        throw new StreamClosedError(ending.code, ending.reason);
    }
}

function isLost(failure: unknown): boolean {
    return failure instanceof StreamClosedError && !FINAL.has(failure.closeCode);
}
