import './lib/node-version.mjs';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { filesUnder } from './lib/files.mjs';
import { withLock } from './lib/lock.mjs';
import { prepare } from './lib/prepare.mjs';
import { inProject, TOOLS } from './lib/project.mjs';
import { CommandFailed, main, must, runNode } from './lib/run.mjs';

const COMPILED = inProject('.cache', 'bench');
/** What compiled code looks for beside its own folder, as it does from dist/. */
const BESIDE_SOURCES = ['prisma', 'package.json', 'openapi', 'dashboard'];

// node scripts/bench.mjs NAME [arguments]: runs bench/NAME.ts, which prints JSON.
await main(async () => {
  const [name, ...args] = process.argv.slice(2).filter((arg) => arg !== '--');
  const names = filesUnder('bench')
    .map((path) => /^bench[\\/]([\w-]+)\.ts$/.exec(path)?.[1])
    .filter(Boolean);
  if (!names.includes(name)) {
    throw new CommandFailed(
      `Usage: npm run bench -- NAME, where NAME is one of: ${names.join(', ') || '(none yet)'}`,
    );
  }
  await prepare({ build: true });
  await withLock('bench', compileBenches);
  const script = join(COMPILED, 'bench', `${name}.js`);
  return (await runNode(script, args, { nodeFlags: ['--enable-source-maps'] })).code;
});

async function compileBenches() {
  if (!existsSync(COMPILED)) rmSync(`${COMPILED}.tsbuildinfo`, { force: true });
  mkdirSync(COMPILED, { recursive: true });
  await must('Compiling', runNode(TOOLS.tsc, ['-p', 'bench/tsconfig.json', '--pretty']));
  for (const name of BESIDE_SOURCES) {
    const link = join(COMPILED, name);
    if (existsSync(inProject(name)) && !existsSync(link))
      symlinkSync(relative(COMPILED, inProject(name)), link);
  }
}
