// Writes src/generated from the OpenAPI document of the service: the types of everything that is sent and answered, the table of
// calls, and the numbers of errors.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const here = new URL('..', import.meta.url);
const target = new URL('src/generated/', here);
const document = JSON.parse(await description());

await mkdir(target, { recursive: true });
await write('schema.d.ts', astToString(await openapiTS(document)));
await write('calls.ts', calls());
await write('error-codes.ts', errorCodes());

/** Of the build beside us, or of a file or a running service that is named. */
async function description() {
    const source = process.env.ELEVO_OPENAPI ?? fileURLToPath(new URL('../../functions/docs/target/openapi.json', here));
    if (/^https?:/.test(source)) {
        const answer = await fetch(source);
        if (!answer.ok) throw new Error(`${source} answers ${answer.status}`);
        return answer.text();
    }
    return readFile(source, 'utf8').catch((cause) => {
        throw new Error(`no description of the API at ${source}: ./elevo up builds it, or ELEVO_OPENAPI names a file or an address`, { cause });
    });
}

function calls() {
    const lines = Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.entries(methods)
            .filter(([, operation]) => isCall(operation))
            .map(([method, operation]) => `    ${operation.operationId}: ${JSON.stringify({ method: method.toUpperCase(), path })},`),
    );
    return `export const calls = {\n${lines.join('\n')}\n} as const;\n`;
}

/** Neither a handshake, nor a page for people, nor a stream of events. */
function isCall(operation) {
    return !operation.responses['101'] && !['text/html', 'text/event-stream'].some((type) => operation.responses['200']?.content?.[type]);
}

function errorCodes() {
    const codes = new Map();
    for (const [kind, { description: text }] of Object.entries(document.components.responses)) {
        for (const [, code, name] of text.matchAll(/(\d{4}) ([A-Z][A-Z_]+):/g)) codes.set(Number(code), { name, status: kind.split('-')[1] });
    }
    const sorted = [...codes].sort(([a], [b]) => a - b);
    const numbers = sorted.map(([code, { name }]) => `    ${name}: ${code},`);
    const statuses = sorted.map(([code, { status }]) => `    ${code}: ${status},`);
    return (
        `export const ErrorCode = {\n${numbers.join('\n')}\n} as const;\n` +
        `/** The HTTP status of each. */\nexport const statuses: Readonly<Record<number, number>> = {\n${statuses.join('\n')}\n};\n`
    );
}

async function write(name, text) {
    await writeFile(new URL(name, target), `// Generated from the description of the API; not to be edited.\n${text}`);
}
