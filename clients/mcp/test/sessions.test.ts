import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Sessions } from '../src/sessions.js';

const KEY = 'ewk_one';
const MOST = 1000;
const LONG = 31 * 60_000;

describe('sessions', () => {
    let now = 0;

    class Transport {
        constructor(
            private readonly id: string,
            private readonly sessions: Sessions<Transport>,
        ) {}

        async close(): Promise<void> {
            this.sessions.remove(this.id);
        }
    }

    function sessionsOf(...ids: string[]): Sessions<Transport> {
        const sessions = new Sessions<Transport>(() => now);
        for (const id of ids) sessions.add(id, new Transport(id, sessions), KEY);
        return sessions;
    }

    function isThere(sessions: Sessions<Transport>, id: string): boolean {
        try {
            sessions.use(id, KEY).answered();
            return true;
        } catch {
            return false;
        }
    }

    it('one that nobody has used for half an hour makes room', () => {
        const sessions = sessionsOf('one');

        now += LONG;
        sessions.makeRoom();

        assert.ok(!isThere(sessions, 'one'));
    });

    it('one that is at work stays, and is idle from its answer on', () => {
        const sessions = sessionsOf('one');
        const { answered } = sessions.use('one', KEY);

        now += LONG;
        sessions.makeRoom();
        answered();
        sessions.makeRoom();

        assert.ok(isThere(sessions, 'one'));
    });

    it('of many the one that was not used for longest makes room', () => {
        const sessions = sessionsOf('first', 'second');
        for (let i = 2; i < MOST; i++) sessions.add(`${i}`, new Transport(`${i}`, sessions), KEY);
        now++;
        sessions.use('first', KEY).answered();

        sessions.makeRoom();

        assert.deepEqual([isThere(sessions, 'first'), isThere(sessions, 'second')], [true, false]);
    });

    it('nobody is let in for whom one at work would have to go', () => {
        const sessions = sessionsOf();
        for (let i = 0; i < MOST; i++) {
            sessions.add(`${i}`, new Transport(`${i}`, sessions), KEY);
            sessions.use(`${i}`, KEY);
        }

        assert.throws(() => sessions.makeRoom(), { status: 503 });
    });

    it("another's is none", () => {
        assert.throws(() => sessionsOf('one').use('one', 'ewk_other'), { status: 404 });
    });
});
