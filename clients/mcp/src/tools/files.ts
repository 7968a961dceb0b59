import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { WorkspaceClient } from '@elevo/workspace';
import { z } from 'zod';
import { CHANGE, DESTROY, READ, answer, sandbox, text } from './answers.js';

const path = z.string().startsWith('/').describe('absolute');
const DEFAULT_LENGTH = 100_000;
const MOST_LISTED = 1000;
/** In bytes of UTF-8. */
const LONGEST_CHARACTER = 4;

export function fileTools(server: McpServer, client: WorkspaceClient): void {
    server.registerTool(
        'file_read',
        {
            description: 'Reads a file, or a part of it. What is no text in UTF-8 comes as a blob.',
            inputSchema: {
                sandbox,
                path,
                offset: z.number().int().min(0).optional().describe('bytes; 0 by default'),
                length: z.number().int().min(1).max(1_000_000).optional().describe(`bytes; ${DEFAULT_LENGTH} by default`),
            },
            annotations: READ,
        },
        async ({ sandbox: id, path, offset = 0, length = DEFAULT_LENGTH }) => {
            const { content, size } = await client.api.readFile({ path: { id }, query: { path, offset, length, format: 'bytes' } });
            const bytes = Buffer.from(content, 'base64');
            const read = textOf(bytes, offset > 0, offset + bytes.length < size);
            const end = offset + (read?.end ?? bytes.length);
            const notes = [
                ...(read && read.begin > 0 ? [`[the text begins with a whole character, at offset ${offset + read.begin}]`] : []),
                ...(end < size ? [`[${size - end} of ${size} bytes follow, from offset ${end} on]`] : []),
            ].map((text) => ({ type: 'text' as const, text }));
            const shown = read
                ? { type: 'text' as const, text: read.text }
                : { type: 'resource' as const, resource: { uri: `sandbox://${id}${encodeURI(path)}`, blob: content } };
            return { content: [shown, ...notes] };
        },
    );

    server.registerTool(
        'file_write',
        {
            description: 'Writes a file, with the directories above it; one that is there is replaced.',
            inputSchema: {
                sandbox,
                path,
                content: z.string(),
                encoding: z.enum(['utf-8', 'base64']).optional(),
                mode: z.string().regex(/^0?[0-7]{3,4}$/).optional().describe('octal, such as 755'),
            },
            annotations: DESTROY,
        },
        async ({ sandbox: id, ...body }) => answer(await client.api.writeFile({ path: { id }, body })),
    );

    server.registerTool(
        'file_edit',
        {
            description: 'Replaces one passage of a text file in UTF-8. The old text must occur exactly once.',
            inputSchema: { sandbox, path, oldText: z.string().min(1), newText: z.string() },
            annotations: CHANGE,
        },
        async ({ sandbox: id, path, oldText, newText }) => {
            const { files } = await client.getSandbox(id);
            const content = utf8(await files.readBytes(path), path);
            const parts = content.split(oldText);
            if (parts.length !== 2) throw new Error(`the old text occurs ${parts.length - 1} times in ${path}`);
            await files.write(path, parts.join(newText));
            return text(`${path} is changed`);
        },
    );

    server.registerTool(
        'file_list',
        {
            description: 'Lists a directory.',
            inputSchema: {
                sandbox,
                path: path.optional().describe('the working directory by default'),
                depth: z.number().int().min(-1).optional().describe('levels; 1 by default, -1 all'),
            },
            annotations: READ,
        },
        async ({ sandbox: id, ...query }) => {
            const { data, pagination } = await client.api.listFiles({ path: { id }, query: { ...query, page: 1, limit: 100 } });
            const files = data.map(({ path, type, size, modifiedAt }) => ({ path, type, size, modifiedAt }));
            for (let page = 2; page <= (pagination.totalPages ?? 1) && files.length < MOST_LISTED; page++) {
                const more = await client.api.listFiles({ path: { id }, query: { ...query, page, limit: 100 } });
                files.push(...more.data.map(({ path, type, size, modifiedAt }) => ({ path, type, size, modifiedAt })));
            }
            return answer({ files, total: pagination.total });
        },
    );

    server.registerTool(
        'file_search',
        {
            description: 'Searches the content of files for a regular expression (RE2).',
            inputSchema: {
                sandbox,
                path,
                pattern: z.string().min(1),
                include: z.string().optional().describe('glob on the name, such as *.ts'),
                exclude: z.array(z.string()).optional().describe('globs, such as node_modules or .git'),
                context: z.number().int().min(0).max(50).optional().describe('lines around each match'),
                limit: z.number().int().min(1).max(1000).optional().describe('100 by default'),
            },
            annotations: READ,
        },
        async ({ sandbox: id, limit = 100, ...body }) => answer(await client.api.grepFiles({ path: { id }, body: { ...body, limit } })),
    );

    server.registerTool(
        'file_find',
        {
            description: 'Finds files by their names.',
            inputSchema: { sandbox, path, pattern: z.string().min(1).describe('glob, such as *.py or src/**/test_*.py') },
            annotations: READ,
        },
        async ({ sandbox: id, ...body }) => answer(await client.api.findFiles({ path: { id }, body })),
    );

    server.registerTool(
        'file_delete',
        {
            description: 'Deletes a file or a directory.',
            inputSchema: { sandbox, path, recursive: z.boolean().optional().describe('also what is in it') },
            annotations: DESTROY,
        },
        async ({ sandbox: id, path, recursive = false }) => {
            await client.api.deleteFile({ path: { id }, query: { path, recursive } });
            return text(`${path} is deleted`);
        },
    );
}

/**
 * The whole characters of a part of a file: of one at its edges there may be the rest only, or the beginning. Nothing for what is no text.
 */
function textOf(bytes: Buffer, isAfterMore: boolean, isBeforeMore: boolean): { text: string; begin: number; end: number } | undefined {
    if (bytes.includes(0)) return undefined;
    const first = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
    const begin = isAfterMore && first > 0 && first < LONGEST_CHARACTER ? first : 0;
    try {
        // What is expected to go on is left out where it does not.
        const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(begin), { stream: isBeforeMore });
        const end = begin + Buffer.byteLength(text);
        return text === '' && bytes.length > 0 ? undefined : { text, begin, end };
    } catch {
        return undefined;
    }
}

/** To be written back, so nothing of it may be lost: neither what is no UTF-8 nor the mark that some files begin with. */
function utf8(bytes: Uint8Array, path: string): string {
    try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (cause) {
        throw new Error(`${path} is not UTF-8, so editing it as text would spoil it; it is unchanged`, { cause });
    }
}
