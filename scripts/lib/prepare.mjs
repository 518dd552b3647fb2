import { compile } from './compile.mjs';
import { install } from './install.mjs';
import { generatePrismaClient } from './prisma-client.mjs';

/** What every command needs on a fresh clone. Each step does nothing when nothing has changed. */
export async function prepare({ build = true } = {}) {
  await install();
  await generatePrismaClient();
  if (build) await compile();
}
