// The program beside a service that answers what a test wants.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const { WORKSPACE_API_KEY: _, ...ENVIRONMENT } = process.env;

async function ended(...words: string[]): Promise<{ said: string; status: number }> {
    const program = spawn(process.execPath, [PROGRAM, ...words], { env: ENVIRONMENT, stdio: ['ignore', 'ignore', 'pipe'] });
    const [said, [status]] = await Promise.all([text(program.stderr!), once(program, 'exit') as Promise<[number]>]);
    return { said, status };
}

describe('a start that comes to nothing is told in a line', { timeout: 60_000 }, () => {
    it('without a key', async () => {
        assert.deepEqual(await ended(), { said: 'elevo-mcp: no credential: pass apiKey or set WORKSPACE_API_KEY\n', status: 1 });
    });

    it('at a port that is none', async () => {
        assert.deepEqual(await ended('--http', '--port', 'abc'), { said: 'elevo-mcp: --port is abc; it must be a number\n', status: 2 });
        const { said, status } = await ended('--http', '--port', '70000');
        assert.match(said, /^elevo-mcp: .*65536.*\n$/);
        assert.equal(status, 1);
    });
});

describe('a session that the service does not allow', { timeout: 60_000 }, () => {
    const refusals: Record<string, { status: number; code: number; name: string; retryAfter?: string }> = {
        disabled: { status: 403, code: 1002, name: 'FORBIDDEN' },
        busy: { status: 429, code: 9003, name: 'RATE_LIMIT_EXCEEDED', retryAfter: '3600' },
        lost: { status: 404, code: 9008, name: 'RESOURCE_NOT_FOUND' },
    };
    let service: http.Server;
    let program: ChildProcess;
    let url: URL;

    before(async () => {
        service = http.createServer(({ headers }, response) => {
            const { status, retryAfter, ...error } = refusals[headers.authorization?.replace('Bearer ', '') ?? ''] ?? refusals['lost']!;
            response.writeHead(status, { 'Content-Type': 'application/json', ...(retryAfter && { 'Retry-After': retryAfter }) });
            response.end(JSON.stringify({ error: { ...error, message: 'no', requestId: 'r' } }));
        });
        service.listen(0, '127.0.0.1');
        await once(service, 'listening');
        const env = { ...ENVIRONMENT, WORKSPACE_API_URL: `http://127.0.0.1:${(service.address() as AddressInfo).port}` };
        program = spawn(process.execPath, [PROGRAM, '--http', '--port', '0'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
        const [line] = (await once(createInterface({ input: program.stderr! }), 'line')) as [string];
        url = new URL(line.replace('elevo-mcp: ', ''));
    });

    after(() => {
        program.kill();
        service.close();
    });

    async function begun(key: string): Promise<{ status: number; wait: string | null; said: string }> {
        const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
        const answer = await fetch(url, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', Authorization: `Bearer ${key}` },
            body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
        });
        const { error } = (await answer.json()) as { error: { message: string } };
        return { status: answer.status, wait: answer.headers.get('retry-after'), said: error.message };
    }

    it('is refused as the service refuses', async () => {
        assert.deepEqual(await begun('disabled'), { status: 403, wait: null, said: '1002 FORBIDDEN: no' });
        assert.deepEqual(await begun('busy'), { status: 429, wait: '3600', said: '9003 RATE_LIMIT_EXCEEDED: no' });
    });

    it('is no lost one where the service is not what it should be', async () => {
        assert.deepEqual(await begun('lost'), { status: 502, wait: null, said: 'The service does not answer' });
    });
});
