import { createHash, timingSafeEqual } from 'node:crypto';
import { Refusal } from './refusal.js';

interface Session<T> {
    transport: T;
    /** Of its key: whoever has not the same is no part of it. */
    hash: Buffer;
    /** Requests that are not answered yet. */
    atWork: number;
    lastUsed: number;
}

const MOST_SESSIONS = 1000;
const IDLE_MS = 30 * 60_000;

/** Who is being spoken with. Clients often leave without a word, so those that are not used make room for others. */
export class Sessions<T extends { close(): Promise<void> }> {
    private readonly byId = new Map<string, Session<T>>();

    constructor(private readonly now: () => number = Date.now) {}

    /** For one more, but not of one at work: what it is asked for would be lost. */
    makeRoom(): void {
        const idle = [...this.byId.values()].filter(({ atWork }) => atWork === 0).sort((a, b) => a.lastUsed - b.lastUsed);
        const surplus = this.byId.size - MOST_SESSIONS + 1;
        if (surplus > idle.length) throw new Refusal(503, 'All sessions are at work; try again later');
        const end = this.now() - IDLE_MS;
        idle.filter(({ lastUsed }, i) => i < surplus || lastUsed < end).forEach(({ transport }) => void transport.close());
    }

    add(id: string, transport: T, key: string): void {
        this.byId.set(id, { transport, hash: hashOf(key), atWork: 0, lastUsed: this.now() });
    }

    /** Another's session is none. Whoever has asked something says when it is answered. */
    use(id: string, key: string): { transport: T; answered: () => void } {
        const session = this.byId.get(id);
        if (!session || !timingSafeEqual(session.hash, hashOf(key))) throw new Refusal(404, 'There is no such session');
        session.atWork++;
        session.lastUsed = this.now();
        const answered = () => {
            session.atWork--;
            session.lastUsed = this.now();
        };
        return { transport: session.transport, answered };
    }

    remove(id: string | undefined): void {
        if (id !== undefined) this.byId.delete(id);
    }
}

function hashOf(key: string): Buffer {
    return createHash('sha256').update(key).digest();
}
