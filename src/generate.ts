import 'reflect-metadata';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { envExample } from './config/env-example.ts';
import { errorsPage } from './errors-page.ts';
import { openApiJson } from './openapi.ts';

const PROJECT = new URL('../', import.meta.url);

/** What is derived from the code and committed, so that a review sees what changes for users. */
const GENERATED: Record<string, () => Promise<string> | string> = {
  'openapi/openapi.json': openApiJson,
  '.env.example': async () => envExample(await read('src/config/config.ts')),
  'docs/errors.md': errorsPage,
};

/** Writes the generated files; with `--check` only compares, and fails when one is out of date. */
async function generate(): Promise<void> {
  const checkOnly = process.argv.includes('--check');
  const stale: string[] = [];
  for (const [path, make] of Object.entries(GENERATED)) {
    const wanted = await make();
    if ((await read(path).catch(() => '')) === wanted) continue;
    stale.push(path);
    if (!checkOnly) await write(path, wanted);
  }
  if (stale.length > 0) {
    const verdict = checkOnly ? 'Out of date (run npm run generate)' : 'Written';
    process.stdout.write(`${verdict}: ${stale.join(', ')}\n`);
  }
  process.exit(checkOnly && stale.length > 0 ? 1 : 0);
}

function read(path: string): Promise<string> {
  return readFile(new URL(path, PROJECT), 'utf8');
}

async function write(path: string, text: string): Promise<void> {
  const file = fileURLToPath(new URL(path, PROJECT));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

await generate();
