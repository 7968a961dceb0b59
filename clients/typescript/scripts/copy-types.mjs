// The compiler leaves declarations that were never source where they are; whoever installs the package needs them too.
import { copyFile, mkdir } from 'node:fs/promises';

const root = new URL('..', import.meta.url);
await mkdir(new URL('dist/generated/', root), { recursive: true });
await copyFile(new URL('src/generated/schema.d.ts', root), new URL('dist/generated/schema.d.ts', root));
