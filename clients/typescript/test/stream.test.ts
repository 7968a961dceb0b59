import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { WebSocketServer, type Connection } from 'ws';
import { ConflictError, StreamClosedError, WorkspaceClient, type Command } from '../dist/index.js';

const INFO = { id: 'one', state: 'running' };

describe('a stream', () => {
    let server: http.Server;
    let connections: { connection: Connection; cursor: string | null; protocols: string | undefined }[];
    let onConnection: (connection: Connection, cursor: string | null, count: number) => void;
    let command: Command;

    beforeEach(async () => {
        connections = [];
        server = http.createServer((_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(INFO)));
        new WebSocketServer({ server }).on('connection', (connection, request) => {
            const cursor = new URL(request.url ?? '', 'http://here').searchParams.get('cursor');
            connections.push({ connection, cursor, protocols: request.headers['sec-websocket-protocol'] });
            onConnection(connection, cursor, connections.length);
        });
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        command = (await new WorkspaceClient({ apiUrl, apiKey: 'key', retries: 2 }).getSandbox('one')).command(7);
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

    it('is given up when its connections bring nothing', async () => {
        onConnection = (connection) => connection.close(1011, 'broken');

        await assert.rejects(
            command.output().next(),
            (failure) => failure instanceof StreamClosedError && failure.closeCode === 1011 && failure.message.endsWith('broken'),
        );

        assert.equal(connections.length, 4);
    });

    it('waits until a limit has passed', async () => {
        onConnection = (connection, _, count) => {
            if (count === 1) {
                connection.send(JSON.stringify({ type: 'error', data: { code: 9003, name: 'RATE_LIMITED', message: 'said' } }));
                connection.close(4429);
            } else {
                end(connection);
            }
        };

        assert.equal((await command.wait()).exitCode, 0);
    });

    it('throws what the service says before it closes', async () => {
        onConnection = (connection) => {
            connection.send(JSON.stringify({ type: 'error', data: { code: 2003, name: 'SANDBOX_NOT_RUNNING', message: 'said' } }));
            connection.close(4409);
        };

        await assert.rejects(command.output().next(), ConflictError);
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

function end(connection: Connection): void {
    connection.send(JSON.stringify({ type: 'exit', data: { exitCode: 0 } }));
    connection.close(1000);
}
