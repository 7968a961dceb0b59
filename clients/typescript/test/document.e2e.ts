// Against a running service: WORKSPACE_API_URL and WORKSPACE_API_KEY name it.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { it } from 'node:test';
import { WorkspaceClient } from '../dist/index.js';

const DOCUMENT = new URL('../../../docs/clients.md', import.meta.url);
const FIRST = new URL('document.first.mjs', import.meta.url);
const PROGRAM = new URL('document.shown.mjs', import.meta.url);

/** What the reader has of his own: a service, a project with tests, a repository, and somebody who changes files. */
const OWN: [string, string][] = [
    ["apiUrl: 'http://localhost:8080', apiKey: 'ewk_…', ", ''],
    ["'https://example.org/a.git'", "'file:///tmp/source'"],
    [
        "'make test'",
        "'git init -q /tmp/source; (while sleep 0.2; do date > /tmp/now; done) > /dev/null 2>&1 < /dev/null & exit 2'",
    ],
];

it('does what the document begins with', { timeout: 60_000 }, async () => {
    const [, first] = /```js\n(.*?)```/s.exec(await readFile(DOCUMENT, 'utf8')) ?? [];
    assert(first);
    await writeFile(FIRST, first);
    await import(FIRST.href);
});

it('does what the document shows', { timeout: 120_000 }, async () => {
    const [, shown] = /```ts\n(.*?)```/s.exec(await readFile(DOCUMENT, 'utf8')) ?? [];
    let program = `const blob = new Blob(['much']);\n${shown}`;
    for (const [theirs, here] of OWN) {
        assert(program.includes(theirs), theirs);
        program = program.replace(theirs, here);
    }
    await writeFile(PROGRAM, program);

    let isOver = false;
    const others = othersComeAndGo(() => isOver);
    try {
        await import(PROGRAM.href);
    } finally {
        isOver = true;
        await others;
    }
});

/** Who listens to events hears of these. */
async function othersComeAndGo(isOver: () => boolean): Promise<void> {
    const client = new WorkspaceClient();
    while (!isOver()) {
        await (await client.createSandbox({ labels: { for: 'docs' } })).delete();
    }
}
