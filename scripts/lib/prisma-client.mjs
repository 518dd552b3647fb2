import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fingerprint, readText } from './files.mjs';
import { withLock } from './lock.mjs';
import { inProject, isInProject, say, TOOLS } from './project.mjs';
import { must, runNode } from './run.mjs';

const SOURCES = ['prisma/schema.prisma', 'prisma.config.ts', 'node_modules/prisma/package.json'];
const STAMP = ['src', 'generated', '.made-from'];

const ENVIRONMENT = {
  // The command wants to download an engine that generating does not use. Any program will do.
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
  CHECKPOINT_DISABLE: '1',
};

/** Generates the Prisma client into src/generated unless it is there, made from this schema. */
export async function generatePrismaClient() {
  if (isFresh()) return;
  await withLock('generate', async () => {
    if (isFresh()) return;
    say('Generating the Prisma client.');
    rmSync(inProject(...STAMP), { force: true });
    const generating = runNode(TOOLS.prisma, ['generate', '--no-hints'], {
      env: ENVIRONMENT,
      capture: true,
    });
    await must('prisma generate', generating);
    mkdirSync(inProject('src', 'generated'), { recursive: true });
    writeFileSync(inProject(...STAMP), fingerprint(SOURCES));
  });
}

function isFresh() {
  return (
    isInProject('src/generated/prisma/client.ts') && readText(...STAMP) === fingerprint(SOURCES)
  );
}
