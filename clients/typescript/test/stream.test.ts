import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it, type TestContext } from 'node:test';
import { WebSocketServer, type Connection } from 'ws';
import { ApiError, ConflictError, ConnectionError, StreamClosedError, WorkspaceClient, type Command, type Sandbox } from '../dist/index.js';

const INFO = { id: 'one', state: 'running' };

describe('a stream', () => {
    let server: http.Server;
    let connections: { connection: Connection; cursor: string | null; protocols: string | undefined }[];
    let onConnection: (connection: Connection, cursor: string | null, count: number) => void;
    let onRequest: (request: http.IncomingMessage) => [status: number, body: unknown];
    let client: WorkspaceClient;
    let sandbox: Sandbox;
    let command: Command;

    beforeEach(async () => {
        connections = [];
        onRequest = () => [200, INFO];
        server = http.createServer((request, response) => {
            const [status, body] = onRequest(request);
            response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
        });
        new WebSocketServer({ server }).on('connection', (connection, request) => {
            const cursor = new URL(request.url ?? '', 'http://here').searchParams.get('cursor');
            connections.push({ connection, cursor, protocols: request.headers['sec-websocket-protocol'] });
            onConnection(connection, cursor, connections.length);
        });
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        client = new WorkspaceClient({ apiUrl, apiKey: 'key', retries: 2 });
        sandbox = await client.getSandbox('one');
        command = sandbox.command(7);
    });

    afterEach(() => {
        connections.forEach(({ connection }) => connection.terminate());
        server.closeAllConnections();
        server.close();
    });

    it('goes on behind the last message that was read', async () => {
        onConnection = (connection, _, count) => {
            data(connection, `${count}`, `behind-${count}`);
            if (count === 3) end(connection);
            else connection.close(count === 1 ? 1001 : 1013);
        };

        const read: string[] = [];
        for await (const { bytes } of command) read.push(Buffer.from(bytes).toString());

        assert.deepEqual(read, ['1', '2', '3']);
        assert.deepEqual(
            connections.map(({ cursor }) => cursor),
            [null, 'behind-1', 'behind-2'],
        );
        assert.equal(connections[0]?.protocols, 'bearer,key');
        assert.deepEqual(await command.wait(), { exitCode: 0 });
    });

    it('does not pile up what nobody reads, and loses none of it', async () => {
        const piece = 'x'.repeat(16 << 10);
        const count = 800;
        onConnection = (connection, cursor) => {
            for (let i = Number(cursor ?? 0); i < count; i++) data(connection, piece, String(i + 1));
            end(connection);
        };

        let bytes = 0;
        for await (const chunk of command) {
            bytes += chunk.bytes.length;
            // Until its connection has been given up.
            if (bytes === piece.length) await once(connections[0]?.connection as Connection, 'close');
        }

        assert.equal(bytes, count * piece.length);
        assert.ok(connections.length > 1);
    });

    it('is given up when its connections bring nothing', async (test) => {
        const waited = withoutPauses(test);
        onConnection = (connection) => connection.close(1011, 'broken');

        await assert.rejects(
            command.output().next(),
            (failure) => failure instanceof StreamClosedError && failure.closeCode === 1011 && failure.message.endsWith('broken'),
        );

        assert.ok(sum(waited) >= 120_000 && sum(waited) < 130_000, `${waited}`);
    });

    it('waits for a service that is away', async (test) => {
        const { port } = server.address() as AddressInfo;
        const waited = withoutPauses(test, (count) => {
            if (count === 30) server.listen(port, '127.0.0.1');
        });
        onConnection = (connection, _, count) => {
            if (count === 2) return end(connection);
            data(connection, 'one', 'behind-one');
            server.close();
            connection.terminate();
            server.closeAllConnections();
        };

        assert.equal((await command.wait()).exitCode, 0);

        assert.ok(waited.length >= 30);
        assert.equal(connections[1]?.cursor, 'behind-one');
    });

    it('does not wait for ever', async (test) => {
        const waited = withoutPauses(test);
        onConnection = (connection) => {
            data(connection, 'one', 'behind-one');
            server.close();
            connection.terminate();
            server.closeAllConnections();
        };

        await assert.rejects(command.wait(), ConnectionError);

        assert.ok(sum(waited) >= 120_000, `${waited}`);
    });

    it('that was never connected is told soon', async (test) => {
        const waited = withoutPauses(test);
        server.close();
        server.closeAllConnections();

        await assert.rejects(command.wait(), ConnectionError);

        assert.ok(waited.length <= 2, `${waited}`);
    });

    it('of events goes on where it was, and tells no gap', async () => {
        onConnection = (connection, _, count) => {
            event(connection, `${count}`, `c${count}`);
            connection.close(count === 1 ? 1001 : 1000);
        };

        assert.deepEqual(await told(), ['1', '2']);
        assert.deepEqual(
            connections.map(({ cursor }) => cursor),
            [null, 'c1'],
        );
    });

    it('of events tells that it could not go on where it was', async () => {
        onConnection = (connection, _, count) => {
            if (count === 2) error(connection, 9004, 'VALIDATION_ERROR');
            event(connection, `${count}`, count === 1 ? 'c1' : undefined);
            connection.close(count === 3 ? 1000 : 1001);
        };

        // The third connection has no place, either.
        assert.deepEqual(await told(), ['1', 'gap', '2', 'gap', '3']);
    });

    async function told(): Promise<string[]> {
        const all: string[] = [];
        for await (const { event } of await client.events()) all.push(event);
        return all;
    }

    it('waits until a limit has passed', async () => {
        onConnection = (connection, _, count) => {
            if (count === 1) {
                error(connection, 9003, 'RATE_LIMITED');
                connection.close(4429);
            } else {
                end(connection);
            }
        };

        assert.equal((await command.wait()).exitCode, 0);
    });

    it('throws what the service says before it closes', async () => {
        onConnection = (connection) => {
            error(connection, 2003, 'SANDBOX_NOT_RUNNING');
            connection.close(4409);
        };

        await assert.rejects(command.output().next(), ConflictError);
    });

    it('does not end with an error that no close follows', async () => {
        onConnection = (connection) => {
            error(connection, 4005, 'STDIN_CLOSED');
            data(connection, 'more', 'behind');
            end(connection);
        };

        assert.equal((await command.wait()).exitCode, 0);
    });

    it('comes back after an error of the service', async () => {
        onConnection = (connection, _, count) => {
            if (count === 3) return end(connection);
            error(connection, 9001, 'INTERNAL_ERROR');
            connection.close(1011);
        };

        assert.equal((await command.wait()).exitCode, 0);
    });

    it('throws the error that its last connection ended with', async () => {
        onConnection = (connection) => {
            error(connection, 9001, 'INTERNAL_ERROR');
            connection.close(1011);
        };

        await assert.rejects(command.wait(), (failure) => failure instanceof ApiError && failure.code === 9001);
    });

    it('does not blame an error of long ago', async () => {
        onConnection = (connection) => {
            error(connection, 4005, 'STDIN_CLOSED');
            data(connection, 'more', 'behind');
            connection.close(4404, 'gone');
        };

        await assert.rejects(command.wait(), /4404: gone/);
    });

    it('that is closed while it waits to come back does not', async () => {
        onConnection = (connection) => connection.close(1011);
        const events = await client.events();
        const over = events[Symbol.asyncIterator]().next();
        await once(connections[0]?.connection as Connection, 'close');

        events.close();

        assert.equal((await over).done, true);
        assert.equal(connections.length, 1);
    });

    it('that is closed while it connects again leaves no connection', { timeout: 5000 }, async () => {
        onConnection = (connection, _, count) => {
            if (count === 1) connection.close(1001);
            else events.close(); // The client has not heard yet that it is connected.
        };
        const events = await client.events();

        assert.equal((await events[Symbol.asyncIterator]().next()).done, true);

        const { connection } = connections[1] ?? assert.fail('it did not come back');
        if (connection.readyState !== 3) await once(connection, 'close');
    });

    it('gives up a connection that is dead', { timeout: 5000 }, async (test) => {
        inHaste(test);
        onConnection = (connection, _, count) => {
            if (count === 2) end(connection);
        };

        assert.equal((await command.wait()).exitCode, 0);
    });

    it('keeps a connection whose other end answers', async (test) => {
        inHaste(test);
        onConnection = (connection) => {
            let pings = 0;
            connection.on('message', () => {
                connection.send(JSON.stringify({ type: 'pong' }));
                if (++pings === 5) end(connection);
            });
        };

        await command.wait();

        assert.equal(connections.length, 1);
    });

    it('outlives an input that the process did not wait for', async () => {
        onRequest = ({ url }) => (url?.endsWith('/write') ? refusal(404, 4001, 'PROCESS_NOT_FOUND') : [200, { ...INFO, pid: 7 }]);
        // After the answer to the input.
        onConnection = (connection) => setTimeout(end, 100, connection);

        assert.equal((await sandbox.run('true', { input: 'unread', onStdout: () => {} })).exitCode, 0);
    });

    it('is read to its end before a lost input is told', async () => {
        onRequest = ({ url }) => (url?.endsWith('/write') ? refusal(500, 9001, 'INTERNAL_ERROR') : [200, { ...INFO, pid: 7 }]);
        const heard: string[] = [];
        onConnection = (connection) => {
            setTimeout(() => {
                data(connection, 'last', 'behind');
                end(connection);
            }, 100);
        };

        await assert.rejects(sandbox.run('true', { input: 'lost', onStdout: (text) => heard.push(text) }), ApiError);

        assert.deepEqual(heard, ['last']);
    });

    it('ends with what is final', async () => {
        onConnection = (connection) => connection.close(4404, 'gone');

        await assert.rejects(command.output().next(), /4404: gone/);

        assert.equal(connections.length, 1);
    });
});

function data(connection: Connection, text: string, cursor: string): void {
    connection.send(JSON.stringify({ type: 'data', stream: 'stdout', data: Buffer.from(text).toString('base64'), cursor }));
}

function error(connection: Connection, code: number, name: string): void {
    connection.send(JSON.stringify({ type: 'error', data: { code, name, message: 'said' } }));
}

function refusal(status: number, code: number, name: string): [number, unknown] {
    return [status, { error: { code, name, message: 'said' } }];
}

function event(connection: Connection, name: string, cursor?: string): void {
    connection.send(JSON.stringify({ type: 'event', data: { event: name }, cursor }));
}

/** How long was to be waited before another attempt, which nobody does here. */
function withoutPauses(test: TestContext, onPause: (count: number) => void = () => {}): number[] {
    const { setTimeout } = globalThis;
    const waited: number[] = [];
    globalThis.setTimeout = ((action: () => void, ms: number, ...given: unknown[]) => {
        // Time-outs of requests are longer, and those of `fetch` itself are given something.
        if (ms > 8000 || given.length > 0) return setTimeout(action, ms, ...(given as []));
        waited.push(ms);
        onPause(waited.length);
        return setTimeout(action, 1);
    }) as typeof setTimeout;
    test.after(() => (globalThis.setTimeout = setTimeout));
    return waited;
}

function sum(all: number[]): number {
    return all.reduce((one, other) => one + other, 0);
}

/** Heartbeats every 20 ms. */
function inHaste(test: TestContext): void {
    const { setInterval } = globalThis;
    globalThis.setInterval = ((beat: () => void) => setInterval(beat, 20)) as typeof setInterval;
    test.after(() => (globalThis.setInterval = setInterval));
}

function end(connection: Connection): void {
    connection.send(JSON.stringify({ type: 'exit', data: { exitCode: 0 } }));
    connection.close(1000);
}
