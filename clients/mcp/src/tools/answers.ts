import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { ApiError } from '@elevo/workspace';
import { z } from 'zod';

/** The argument that nearly every tool has. */
export const sandbox = z.string().min(1).describe('name or id of the sandbox');

export const READ = { readOnlyHint: true, openWorldHint: false };
export const CHANGE = { readOnlyHint: false, destructiveHint: false, openWorldHint: false };
export const DESTROY = { readOnlyHint: false, destructiveHint: true, openWorldHint: false };
/** What a command does is not known beforehand, and it may reach the internet. */
export const ANYTHING = { readOnlyHint: false, destructiveHint: true, openWorldHint: true };

/** For models as text, for programs as it is. */
export function answer(value: object): CallToolResult {
    return { content: [{ type: 'text', text: JSON.stringify(value) }], structuredContent: value as Record<string, unknown> };
}

export function text(words: string): CallToolResult {
    return { content: [{ type: 'text', text: words }] };
}

/** A model sees of an error its words only: so what belongs to it is among them. */
export function wholly(failure: unknown): unknown {
    if (!(failure instanceof ApiError) || Object.keys(failure.details).length === 0) return failure;
    return new Error(`${failure.message}\n${shortened(JSON.stringify(failure.details), 4_000)}`, { cause: failure });
}

/** A model's memory is small: of a long text the beginning and the end, and how much is missing. */
export function shortened(long: string, most = 50_000): string {
    if (long.length <= most) return long;
    const half = most / 2;
    return `${long.slice(0, half)}\n[… ${long.length - most} characters left out …]\n${long.slice(-half)}`;
}
