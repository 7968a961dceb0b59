import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { Sandbox, WorkspaceClient } from '@elevo/workspace';
import { z } from 'zod';
import { ANYTHING, CHANGE, DESTROY, READ, answer, sandbox, text } from './answers.js';

const MOST_LISTED = 100;

export function sandboxTools(server: McpServer, client: WorkspaceClient): void {
    server.registerTool(
        'sandbox_create',
        {
            description: 'Creates a sandbox and waits until it runs.',
            inputSchema: {
                name: z.string().optional().describe('3 to 63 of a-z, 0-9 and -; unique'),
                template: z.string().optional(),
                env: z.record(z.string(), z.string()).optional(),
                labels: z.record(z.string(), z.string()).optional(),
                timeoutMs: z.number().int().optional().describe('after which it is stopped; 1 hour by default, 0 is never'),
                allowInternet: z.boolean().optional().describe('true by default'),
            },
            annotations: CHANGE,
        },
        async ({ allowInternet, ...request }) =>
            answer(told(await client.createSandbox({ ...request, ...(allowInternet !== undefined && { network: { allowInternet } }) }))),
    );

    server.registerTool(
        'sandbox_list',
        {
            description: 'Lists the sandboxes there are, newest first.',
            inputSchema: {
                search: z.string().optional().describe('part of the name'),
                labels: z.string().optional().describe('key=value,key=value; all must match'),
            },
            annotations: READ,
        },
        async (query) => {
            const sandboxes: object[] = [];
            for await (const one of client.listSandboxes({ ...query, limit: MOST_LISTED })) {
                if (sandboxes.length === MOST_LISTED) return answer({ sandboxes, hasMore: true });
                sandboxes.push(told(one));
            }
            return answer({ sandboxes, hasMore: false });
        },
    );

    server.registerTool(
        'sandbox_delete',
        { description: 'Deletes a sandbox with all that is in it.', inputSchema: { sandbox }, annotations: DESTROY },
        async (args) => {
            await client.api.deleteSandbox({ path: { id: args.sandbox }, query: { force: true } });
            return text(`${args.sandbox} is deleted`);
        },
    );

    server.registerTool(
        'sandbox_preview',
        {
            description: 'Tells the address at which a browser finds what listens on a port of the sandbox.',
            inputSchema: { sandbox, port: z.number().int().min(1).max(65535) },
            annotations: ANYTHING,
        },
        async (args) => answer(await client.api.getPreviewUrl({ path: { id: args.sandbox }, query: { port: args.port } })),
    );
}

function told({ info }: Sandbox): object {
    const { id, name, state, templateId, createdAt, expiresAt, workDir, labels } = info;
    return { id, name, state, templateId, createdAt, expiresAt, workDir, labels };
}
