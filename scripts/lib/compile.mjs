import { rmSync, writeFileSync } from 'node:fs';
import { filesUnder, fingerprint, readText } from './files.mjs';
import { withLock } from './lock.mjs';
import { inProject, isInProject, say, TOOLS } from './project.mjs';
import { must, runNode } from './run.mjs';

const SETTINGS = ['package.json', 'tsconfig.json', 'tsconfig.build.json'];
const STAMP = ['dist', '.made-from'];
const BUILD_INFO = inProject('.cache', 'tsbuildinfo');

/** Compiles src/ to dist/ unless dist/ was made from these very sources. */
export async function compile() {
  if (isFresh()) return;
  await withLock('compile', async () => {
    const made = sourcePrint();
    if (readText(...STAMP) === made) return;
    say('Compiling.');
    forgetWhenIncomplete();
    // Gone until all is well: the compiler writes its output even when it finds mistakes.
    forgetSources();
    await must('Compiling', runNode(TOOLS.tsc, ['-p', 'tsconfig.build.json', '--pretty']));
    removeStale();
    writeFileSync(inProject(...STAMP), made);
  });
}

function isFresh() {
  return readText(...STAMP) === sourcePrint();
}

function sourcePrint() {
  const sources = filesUnder('src').filter((path) => !path.endsWith('.spec.ts'));
  return fingerprint([...SETTINGS, ...sources]);
}

/** The next one compiles everything, since somebody is about to change dist/ in another way. */
export function forgetSources() {
  rmSync(inProject(...STAMP), { force: true });
}

/** The compiler's notes say what it has written, not whether that is still there. */
function forgetWhenIncomplete() {
  if (isInProject(...STAMP)) return;
  rmSync(BUILD_INFO, { force: true });
  rmSync(inProject('dist'), { recursive: true, force: true });
}

/** Removes what was compiled from sources that are gone. */
function removeStale() {
  for (const path of filesUnder('dist')) {
    const source = path.replace(/^dist/, 'src').replace(/\.js(\.map)?$/, '.ts');
    if (/\.js(\.map)?$/.test(path) && !isInProject(source)) rmSync(inProject(path));
  }
}
