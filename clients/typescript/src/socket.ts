/** One message of a stream, as the service sends it. */
export interface Message {
    type: string;
    data?: unknown;
    id?: string;
    stream?: 'stdout' | 'stderr';
    cursor?: string;
    droppedBytes?: number;
    timestamp?: string;
}

/** Of how much text may wait to be read. */
const ROOM = 4 << 20;
const HEARTBEAT_MS = 30_000;
/** Whoever says nothing for so many heartbeats, not even that he heard them, is not there any more. */
const SILENT_HEARTBEATS = 3;
/** What comes when nothing came: the connection broke. */
const ABNORMAL = 1006;

/** How a connection ended. */
export interface Ending {
    code: number;
    reason: string;
    /** Its reader was too slow: what is still to come must be asked for anew. */
    isOverfull: boolean;
}

/** A WebSocket whose messages are pulled, in browsers and in Node. */
export class Socket {
    private readonly texts: string[] = [];
    private waitingChars = 0;
    private ending: Ending | undefined;
    private wake: () => void = () => {};
    private wasOpen = false;
    private silentHeartbeats = 0;
    private heartbeat: ReturnType<typeof setInterval> | undefined;

    private constructor(private readonly socket: WebSocket) {
        socket.addEventListener('open', () => {
            if (this.ending) return;
            this.wasOpen = true;
            this.heartbeat = setInterval(() => this.beat(), HEARTBEAT_MS);
            this.wake();
        });
        socket.addEventListener('message', ({ data }) => this.take(String(data)));
        socket.addEventListener('error', () => {
            // What there is to know comes with the close that follows.
        });
        socket.addEventListener('close', ({ code, reason }) => {
            clearInterval(this.heartbeat);
            this.ending ??= { code, reason, isOverfull: false };
            this.wake();
        });
    }

    static async open(address: { url: string; protocols: string[] }): Promise<Socket> {
        const Implementation = globalThis.WebSocket ?? (await import('ws')).WebSocket;
        return new Socket(new Implementation(address.url, address.protocols));
    }

    get isOpen(): boolean {
        return this.socket.readyState === 1;
    }

    /** The next message, or how it ended. */
    async next(): Promise<Message | Ending> {
        while (true) {
            const text = this.texts.shift();
            if (text !== undefined) {
                this.waitingChars -= text.length;
                return JSON.parse(text) as Message;
            }
            if (this.ending) return this.ending;
            await this.change();
        }
    }

    /** Whether it came about; it may have ended since. */
    async opened(): Promise<boolean> {
        while (!this.wasOpen && !this.ending) await this.change();
        return this.wasOpen;
    }

    send(message: object): void {
        if (this.isOpen) this.socket.send(JSON.stringify(message));
    }

    close(): void {
        this.end({ code: 1000, reason: '', isOverfull: false });
    }

    private beat(): void {
        this.silentHeartbeats++;
        if (this.silentHeartbeats >= SILENT_HEARTBEATS) this.end({ code: ABNORMAL, reason: 'nothing comes any more', isOverfull: false });
        else this.send({ type: 'ping' });
    }

    /** The close itself comes when the other side has sent all it has, if it is there at all: nobody waits for that. */
    private end(ending: Ending): void {
        clearInterval(this.heartbeat);
        this.ending ??= ending;
        this.socket.close(1000);
        this.wake();
    }

    private change(): Promise<void> {
        return new Promise((resolve) => {
            const before = this.wake;
            this.wake = () => {
                before();
                resolve();
            };
        });
    }

    private take(text: string): void {
        if (this.ending) return;
        this.silentHeartbeats = 0;
        this.texts.push(text);
        this.waitingChars += text.length;
        if (this.waitingChars > ROOM) this.end({ code: 1000, reason: '', isOverfull: true });
        const { wake } = this;
        this.wake = () => {};
        wake();
    }
}

export function isEnding(value: Message | Ending): value is Ending {
    return 'isOverfull' in value;
}
