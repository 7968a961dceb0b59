import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { inspect } from 'node:util';
import {
    ApiError,
    AuthenticationError,
    ConflictError,
    ConnectionError,
    ErrorCode,
    InvalidRequestError,
    LimitError,
    NotFoundError,
    PermissionError,
    TimeoutError,
    UnavailableError,
    WorkspaceClient,
    WorkspaceError,
    type Files,
} from '../dist/index.js';

type Answer = (request: http.IncomingMessage, response: http.ServerResponse) => void;

const ID = { path: { id: 'one' } };

describe('a request', () => {
    let server: http.Server;
    let answers: Answer[];
    let requests: http.IncomingMessage[];
    let client: WorkspaceClient;

    beforeEach(async () => {
        answers = [];
        requests = [];
        server = http.createServer((request, response) => {
            requests.push(request);
            (answers.shift() ?? json(200, { ok: true }))(request, response);
        });
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        client = new WorkspaceClient({ apiUrl: address(), apiKey: 'key', timeout: 5000 });
    });

    afterEach(() => {
        server.closeAllConnections();
        server.close();
    });

    function address(): string {
        return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }

    it('that was not answered is sent again, with the same idempotency key', async () => {
        answers = [cut, cut, json(200, { id: 'one' })];

        await client.api.pauseSandbox(ID);

        assert.equal(requests.length, 3);
        const keys = new Set(requests.map(({ headers }) => headers['x-idempotency-key']));
        assert.equal(keys.size, 1);
        assert.match([...keys][0] as string, /^[0-9a-f]{32}$/);
    });

    it('carries the key of the caller', async () => {
        await client.api.pauseSandbox(ID, { idempotencyKey: 'mine' });

        assert.equal(requests[0]?.headers['x-idempotency-key'], 'mine');
    });

    it('that only reads carries no idempotency key', async () => {
        await client.api.getSandbox(ID);

        assert.equal(requests[0]?.headers['x-idempotency-key'], undefined);
        assert.equal(requests[0]?.headers.authorization, 'Bearer key');
    });

    it('is given up after as many attempts as are allowed', async () => {
        answers = [cut, cut];
        const impatient = new WorkspaceClient({ apiUrl: address(), apiKey: 'key', retries: 1 });

        await assert.rejects(impatient.api.getConfig(), ConnectionError);

        assert.equal(requests.length, 2);
    });

    it('whose answer breaks off is sent again', async () => {
        const half: Answer = (_, response) => {
            response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
            response.write('{"version"', () => response.destroy());
        };
        answers = [half, json(200, { version: '7' })];

        assert.equal((await client.config()).version, '7');
    });

    it('waits as long as it is told to', async () => {
        answers = [failure(429, 9003, 'RATE_LIMITED', {}, { 'retry-after': '1' })];
        const begun = Date.now();

        await client.api.getConfig();

        assert.ok(Date.now() - begun >= 1000);
        assert.equal(requests.length, 2);
    });

    it('does not wait for minutes', async () => {
        answers = [failure(429, 9003, 'RATE_LIMITED', {}, { 'retry-after': '3600' })];

        await assert.rejects(client.api.getConfig(), (error) => error instanceof LimitError && error.retryAfterSeconds === 3600);
    });

    it('is not repeated where a quota is used up', async () => {
        answers = [failure(429, 2004, 'SANDBOX_LIMIT_EXCEEDED')];

        await assert.rejects(client.createSandbox(), LimitError);

        assert.equal(requests.length, 1);
    });

    it('waits for the outcome of an attempt whose connection broke', async () => {
        const busy = failure(409, 9009, 'IDEMPOTENCY_CONFLICT', { reason: 'in_progress' });
        answers = [cut, busy, busy, json(200, { id: 'done' })];
        const once = new WorkspaceClient({ apiUrl: address(), apiKey: 'key', retries: 1 });

        assert.equal((await once.api.pauseSandbox(ID)).id, 'done');
    });

    it('that somebody else is at is a conflict', async () => {
        answers = [failure(409, 9009, 'IDEMPOTENCY_CONFLICT', { reason: 'in_progress' })];

        await assert.rejects(client.api.pauseSandbox(ID, { idempotencyKey: 'theirs' }), ConflictError);
    });

    it('that is still working in the end is asked for its result', async () => {
        const running = { pid: 7, state: 'running', command: 'sleep', startedAt: '' };
        answers = [
            json(202, running, { location: '/api/v1/sandboxes/one/process/7' }),
            json(202, running),
            json(200, { exitCode: 0 }),
        ];

        const result = await client.api.runCommand({ ...ID, body: { command: 'sleep 60' } });

        assert.equal(result.exitCode, 0);
        assert.deepEqual(
            requests.map(({ method, url }) => `${method} ${url}`),
            [
                'POST /api/v1/sandboxes/one/process/run',
                'GET /api/v1/sandboxes/one/process/7/result',
                'GET /api/v1/sandboxes/one/process/7/result',
            ],
        );
    });

    it('that is still working is asked for its result until a service that was away is back', async () => {
        answers = [json(202, { pid: 7 }, { location: '/api/v1/sandboxes/one/process/7' }), cut, cut, cut, cut, cut, json(200, { exitCode: 0 })];
        const impatient = new WorkspaceClient({ apiUrl: address(), apiKey: 'key', retries: 1 });

        assert.equal((await impatient.api.runCommand({ ...ID, body: { command: 'sleep 60' } })).exitCode, 0);
    });

    it('goes below the address of the service', async () => {
        const below = new WorkspaceClient({ apiUrl: `${address()}/stage/api/v1`, apiKey: 'key' });

        await below.config();

        assert.equal(requests[0]?.url, '/stage/api/v1/config');
    });

    it('for a snapshot is over when it can be used', async () => {
        answers = [json(200, { id: 'one', state: 'running' })];
        const sandbox = await client.getSandbox('one');
        const creating = json(202, { id: 'snap', state: 'creating' });
        answers = [creating, json(200, { id: 'snap', state: 'available' }), creating];

        assert.equal((await sandbox.snapshot()).state, 'available');
        assert.equal((await sandbox.snapshot({ wait: false })).state, 'creating');
    });

    it('for a snapshot fails when that does', async () => {
        answers = [json(200, { id: 'one', state: 'running' })];
        const sandbox = await client.getSandbox('one');
        answers = [json(202, { id: 'snap', state: 'creating' }), json(200, { id: 'snap', state: 'failed', errorMessage: 'no room' })];

        const error = await failureOf(sandbox.snapshot());

        assert.ok(error instanceof ApiError);
        assert.equal(error.code, ErrorCode.SNAPSHOT_CREATE_FAILED);
        assert.match(error.message, /no room/);
        assert.deepEqual(error.details, { snapshotId: 'snap' });
    });

    it('tells of a sandbox that comes to nothing later as of one that does at once', async () => {
        answers = [json(200, { id: 'one', state: 'creating' })];
        const sandbox = await client.getSandbox('one');
        answers = [json(200, { id: 'one', state: 'failed', errorReason: 'no room' })];

        const error = await failureOf(sandbox.untilRunning());

        assert.ok(error instanceof ApiError);
        assert.equal(error.code, ErrorCode.SANDBOX_CREATION_FAILED);
        assert.match(error.message, /no room/);
        assert.deepEqual(error.details, { sandboxId: 'one' });
    });

    it('takes no longer than it may', async () => {
        answers = [() => {}];
        const impatient = new WorkspaceClient({ apiUrl: address(), apiKey: 'key', timeout: 50, retries: 0 });
        await assert.rejects(impatient.api.getConfig(), TimeoutError);
    });

    it('ends when its caller aborts it', async () => {
        answers = [() => {}];
        const abort = new AbortController();
        const call = client.api.getConfig({}, { signal: abort.signal });
        await once(server, 'request');

        abort.abort(new Error('enough'));

        await assert.rejects(call, /enough/);
        assert.equal(requests.length, 1);
    });

    it('writes all of it to a process that reads slowly', async () => {
        const full = failure(503, 9006, 'RESOURCE_EXHAUSTED', { resource: 'stdin' });
        answers = [json(200, { id: 'one' }), full, json(200, { bytesWritten: 2 }), full, json(200, { bytesWritten: 1 })];
        const command = (await client.getSandbox('one')).command(7);

        await command.write('abc');

        assert.equal(requests.length, 5);
    });

    it('names what is not told by its path', async () => {
        await client.api.listFiles({ path: { id: 'a/b c' }, query: { path: '/x y', depth: 2 } });
        await client.api.listSandboxes({ query: { state: ['running', 'paused'] } });

        assert.equal(requests[0]?.url, '/api/v1/sandboxes/a%2Fb%20c/files?path=%2Fx+y&depth=2');
        assert.equal(requests[1]?.url, '/api/v1/sandboxes?state=running%2Cpaused');
        await assert.rejects(client.api.getSandbox({ path: { id: '' } }), TypeError);
    });

    const kinds: [number, number, typeof ApiError][] = [
        [400, 9005, InvalidRequestError],
        [401, 1004, AuthenticationError],
        [403, 1005, PermissionError],
        [404, 2001, NotFoundError],
        [409, 2003, ConflictError],
        [413, 3007, InvalidRequestError],
        [422, 9004, InvalidRequestError],
        [429, 4102, LimitError],
        [502, 6002, UnavailableError],
        [503, 2006, UnavailableError],
        [507, 3005, UnavailableError],
    ];
    for (const [status, code, kind] of kinds) {
        it(`that is refused with ${status} throws ${kind.name}`, async () => {
            answers = [failure(status, code, 'SOME_NAME', { a: 1 })];

            const error = await failureOf(client.api.getConfig());

            assert.ok(error instanceof kind);
            assert.equal(error.name, kind.name);
            assert.deepEqual([error.status, error.code, error.codeName, error.requestId], [status, code, 'SOME_NAME', 'req-1']);
            assert.deepEqual(error.details, { a: 1 });
            assert.equal(requests.length, 1);
        });
    }

    it('that fails without the words of the API is an error too', async () => {
        answers = [(_, response) => response.writeHead(500).end('<h1>oops</h1>')];

        const error = await failureOf(client.api.getConfig());

        assert.ok(error instanceof ApiError);
        assert.deepEqual([error.status, error.code], [500, 0]);
    });

    it('is told of, without the credential', async () => {
        const lines: string[] = [];
        const telling = new WorkspaceClient({ apiUrl: address(), apiKey: 'very-secret', debug: (line) => lines.push(line) });

        await telling.api.getConfig();

        assert.match(lines.join('\n'), /^GET \/api\/v1\/config 200 .*in \d+ ms$/);
        assert.doesNotMatch(lines.join('\n'), /secret/);
    });

    it('goes where the environment says', async () => {
        const before = { ...process.env };
        Object.assign(process.env, { WORKSPACE_API_URL: `${address()}/api/v1/`, WORKSPACE_API_KEY: 'of-the-environment', WORKSPACE_TIMEOUT: '40' });
        try {
            await new WorkspaceClient().api.getConfig();
            answers = [() => {}];
            await assert.rejects(new WorkspaceClient({ retries: 0 }).api.getConfig(), /within 40 ms/);
            process.env['WORKSPACE_TIMEOUT'] = 'soon';
            assert.throws(() => new WorkspaceClient(), /WORKSPACE_TIMEOUT is "soon"/);
            delete process.env['WORKSPACE_API_KEY'];
            assert.throws(() => new WorkspaceClient(), WorkspaceError);
        } finally {
            process.env = before;
        }

        assert.equal(requests[0]?.url, '/api/v1/config');
        assert.equal(requests[0]?.headers.authorization, 'Bearer of-the-environment');
    });
});

describe('a large file', () => {
    const SIZE = (4 << 20) + 1;
    const used = failure(401, 1004, 'INVALID_TOKEN', { reason: 'used' });
    const inUse = failure(401, 1004, 'INVALID_TOKEN', { reason: 'in_use' });
    let server: http.Server;
    let puts: Answer[];
    let downloads: Answer[];
    let requests: http.IncomingMessage[];
    let files: Files;

    beforeEach(async () => {
        puts = [];
        downloads = [];
        requests = [];
        server = http.createServer((request, response) => {
            requests.push(request);
            const file: Answer = json(200, { id: 'one', size: 4, modifiedAt: '', path: '/a', url: `${address()}/transfers/ticket` });
            const answers = request.method === 'PUT' ? puts : request.url?.includes('/download') ? downloads : [];
            (answers.shift() ?? file)(request, response);
        });
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        files = (await new WorkspaceClient({ apiUrl: address(), apiKey: 'key', timeout: 5000 }).getSandbox('one')).files;
    });

    afterEach(() => {
        server.closeAllConnections();
        server.close();
    });

    function address(): string {
        return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }

    function countOf(method: string): number {
        return requests.filter((request) => request.method === method).length;
    }

    it('waits for an upload whose connection broke, and sends it again when that came to nothing', async () => {
        puts = [cut, received(inUse), received(inUse), received(json(200, {}))];

        await files.write('/a', new Uint8Array(SIZE));

        assert.equal(countOf('PUT'), 4);
    });

    it('is written when the attempt whose answer was lost has done it', async () => {
        puts = [cut, received(inUse), received(used)];

        assert.equal((await files.write('/a', new Uint8Array(SIZE))).bytesWritten, SIZE);
    });

    it('hears a refusal that comes before all of it is sent', async () => {
        puts = [cut, inUse, received(json(200, {}))];

        await files.write('/a', new Uint8Array(16 << 20));

        assert.equal(countOf('PUT'), 3);
    });

    it('does not take the upload of somebody else for its own', async () => {
        for (const theirs of [used, inUse]) {
            puts = [received(theirs)];

            await assert.rejects(files.write('/a', new Uint8Array(SIZE)), AuthenticationError);
        }
    });

    it('may take a browser as long as it takes', async (test) => {
        Object.assign(globalThis, { document: {} });
        test.after(() => delete (globalThis as { document?: unknown }).document);
        puts = [received((request, response) => setTimeout(json(200, {}), 2000, request, response))];

        await files.write('/a', new Blob([new Uint8Array(SIZE)]), { timeout: 1000 });

        assert.equal(countOf('PUT'), 1);
    });

    it('is not waited for any more when its reader aborts', { timeout: 10_000 }, async () => {
        downloads = [begun('ab')];
        const abort = new AbortController();
        const parts = files.download('/a', { signal: abort.signal, timeout: 60_000 });
        assert.equal(Buffer.from((await parts.next()).value).toString(), 'ab');

        abort.abort(new Error('enough'));

        await assert.rejects(parts.next(), /enough/);
        assert.equal(requests.filter(({ url }) => url?.includes('/download')).length, 1);
    });

    it('goes on by another connection when nothing more comes', { timeout: 10_000 }, async () => {
        downloads = [begun('ab'), json(206, 'cd')];

        await files.read('/a', { timeout: 500 });

        assert.deepEqual(
            requests.filter(({ url }) => url?.includes('/download')).map(({ headers }) => headers.range),
            [undefined, 'bytes=2-'],
        );
    });

    it('is not doubled by what answers the whole of it', { timeout: 10_000 }, async () => {
        downloads = [begun('ab'), (_, response) => response.writeHead(200, { 'content-length': '4' }).end('abcd')];

        assert.equal(await files.read('/a', { timeout: 500 }), 'abcd');
    });

    it('is told of without its address, which is its own credential', { timeout: 10_000 }, async (test) => {
        const before = { ...process.env };
        test.after(() => (process.env = before));
        Object.assign(process.env, { WORKSPACE_API_URL: address(), WORKSPACE_API_KEY: 'secret', WORKSPACE_TIMEOUT: '2000', WORKSPACE_DEBUG: '1' });
        const told = test.mock.method(console, 'error', () => {});
        const { files: talkative } = await new WorkspaceClient({ retries: 0 }).getSandbox('one');
        puts = [received(json(200, {})), () => {}, cut];
        downloads = [(_, response) => response.writeHead(307, { location: `${address()}/transfers/ticket` }).end()];

        await talkative.write('/a', new Uint8Array(SIZE));
        const late = await failureOf(talkative.write('/a', new Uint8Array(SIZE)));
        const broken = await failureOf(talkative.write('/a', new Uint8Array(SIZE)));
        await talkative.read('/a');

        const lines = told.mock.calls.map(({ arguments: [line] }) => line).join('\n');
        assert.match(lines, new RegExp(`workspace: PUT ${address()} 200`));
        assert.match(lines, /workspace: GET \/api\/v1\/sandboxes\/one\/files\/download 200/);
        assert.ok(late instanceof TimeoutError && broken instanceof ConnectionError);
        assert.equal(late.message, `PUT ${address()} was not answered within 2000 ms`);
        assert.doesNotMatch([lines, inspect(late), inspect(broken)].join('\n'), /ticket|secret/);
    });

    it('waits for its reader', async () => {
        downloads = [(_, response) => response.writeHead(200, { 'content-length': '4' }).write('ab', () => setTimeout(() => response.end('cd'), 100))];
        const read: string[] = [];

        for await (const part of files.download('/a', { timeout: 500 })) {
            read.push(Buffer.from(part).toString());
            await new Promise((resolve) => setTimeout(resolve, 700));
        }

        assert.deepEqual(read, ['ab', 'cd']);
        assert.equal(requests.filter(({ url }) => url?.includes('/download')).length, 1);
    });
});

describe('the numbers of errors', () => {
    it('are those of the service', () => {
        assert.equal(ErrorCode.SANDBOX_NOT_FOUND, 2001);
        assert.equal(ErrorCode.RATE_LIMITED, 9003);
    });
});

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
    try {
        await promise;
    } catch (failure) {
        return failure;
    }
    assert.fail('it did not fail');
}

function cut(request: http.IncomingMessage): void {
    request.socket.destroy();
}

/** After all of the request. */
function received(answer: Answer): Answer {
    return (request, response) => request.resume().on('end', () => answer(request, response));
}

/** Nothing follows. */
function begun(text: string): Answer {
    return (_, response) => response.writeHead(200, { 'content-length': '4' }).write(text);
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
    return (_, response) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function failure(status: number, code: number, name: string, details: object = {}, headers: Record<string, string> = {}): Answer {
    return json(status, { error: { code, name, message: 'said', details } }, { 'x-request-id': 'req-1', ...headers });
}
