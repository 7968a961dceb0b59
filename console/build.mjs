// Usage: node build.mjs FOLDER. Lays the page, its script and its style into FOLDER.
import {build} from 'esbuild';
import {copyFile, mkdir} from 'node:fs/promises';
import {join} from 'node:path';

const folder = process.argv[2];
if (!folder) {
  throw new Error('usage: node build.mjs FOLDER');
}
await mkdir(folder, {recursive: true});
await copyFile('src/index.html', join(folder, 'index.html'));
await build({
  entryPoints: {console: 'src/main.tsx'},
  outdir: folder,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'eof',
  logLevel: 'warning',
});
