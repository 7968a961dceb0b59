
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

/** How a connection ended: whether it had come about at all, and with which code. */
export interface Ending {
    wasOpen: boolean;
    code: number;
    reason: string;
    /** Its reader was too slow: what is still to come must be asked for anew. */
    isOverfull: boolean;
}

/** A WebSocket whose messages are pulled, in browsers and in Node. */
export class Socket {
    private readonly messages: Message[] = [];
    private waitingChars = 0;
    private ending: Ending | undefined;
    private wake: () => void = () => {};
    private isOverfull = false;
    private heartbeat: ReturnType<typeof setInterval> | undefined;

    private constructor(private readonly socket: WebSocket) {
        let wasOpen = false;
        socket.addEventListener('open', () => {
            wasOpen = true;
            this.heartbeat = setInterval(() => this.send({ type: 'ping' }), HEARTBEAT_MS);
            this.wake();
        });
        socket.addEventListener('message', ({ data }) => this.take(String(data)));
        socket.addEventListener('error', () => {
            // What there is to know comes with the close that follows.
        });
        socket.addEventListener('close', ({ code, reason }) => {
            clearInterval(this.heartbeat);
            this.ending = { wasOpen, code, reason, isOverfull: this.isOverfull };
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
            const message = this.messages.shift();
            if (message) {
                this.waitingChars -= sizeOf(message);
                return message;
            }
            if (this.ending) return this.ending;
            await this.change();
        }
    }

    /** Until it is open or has ended. */
    async settled(): Promise<void> {
        while (!this.isOpen && !this.ending) await this.change();
    }

    send(message: object): void {
        if (this.isOpen) this.socket.send(JSON.stringify(message));
    }

    close(): void {
        clearInterval(this.heartbeat);
        this.socket.close(1000);
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
        if (this.isOverfull) return;
        const message = JSON.parse(text) as Message;
        this.messages.push(message);
        this.waitingChars += sizeOf(message);
        if (this.waitingChars > ROOM) {
            this.isOverfull = true;
            this.close();
        }
        const { wake } = this;
        this.wake = () => {};
        wake();
    }
}

export function isEnding(value: Message | Ending): value is Ending {
    return 'wasOpen' in value;
}

function sizeOf(message: Message): number {
    return typeof message.data === 'string' ? message.data.length : 0;
}
