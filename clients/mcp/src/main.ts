#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { WorkspaceClient } from '@elevo/workspace';
import { serveHttp } from './http.js';
import { serverOf } from './server.js';

const USAGE = `usage: elevo-mcp                       over standard input and output, with WORKSPACE_API_KEY
       elevo-mcp --http [OPTIONS]      over streamable HTTP; each client brings its own key as a bearer
  --port NUMBER          8090; 0 takes any
  --host ADDRESS         127.0.0.1
  --allow-host NAME      what clients call this server, besides the loopback's names; may be repeated
  --allow-origin ORIGIN  a web page that may use it, such as https://agent.example; may be repeated
WORKSPACE_API_URL names the service.
`;

const { values } = options();
try {
    await serve();
} catch (failure) {
    end((failure as Error).message, 1);
}

async function serve(): Promise<void> {
    if (values.help) {
        process.stdout.write(USAGE);
    } else if (values.http) {
        const { port = '8090', host = '127.0.0.1' } = values;
        if (!/^\d+$/.test(port)) end(`--port is ${port}; it must be a number`, 2);
        const url = await serveHttp({ port: Number(port), host, hosts: values['allow-host'] ?? [], origins: values['allow-origin'] ?? [] });
        process.stderr.write(`elevo-mcp: ${url}\n`);
    } else {
        // Standard output is the protocol's: nothing else may be written there.
        await serverOf(new WorkspaceClient()).connect(new StdioServerTransport());
    }
}

function end(why: string, status: number): never {
    process.stderr.write(`elevo-mcp: ${why}\n`);
    process.exit(status);
}

function options() {
    try {
        return parseArgs({
            options: {
                help: { type: 'boolean', short: 'h' },
                http: { type: 'boolean' },
                port: { type: 'string' },
                host: { type: 'string' },
                'allow-host': { type: 'string', multiple: true },
                'allow-origin': { type: 'string', multiple: true },
            },
        });
    } catch (failure) {
        return end(`${(failure as Error).message}\n${USAGE.trimEnd()}`, 2);
    }
}
