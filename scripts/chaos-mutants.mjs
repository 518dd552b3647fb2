import './lib/node-version.mjs';
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MUTANTS } from './lib/mutants.mjs';
import { prepare } from './lib/prepare.mjs';
import { inProject, say } from './lib/project.mjs';
import { CommandFailed, main, runNode } from './lib/run.mjs';
import { provideServers } from './lib/test-servers.mjs';

// node scripts/chaos-mutants.mjs [words of a name]: plays each scenario with a build that is wrong
// on purpose, and fails unless all of these fail.

const BUILD = inProject('.cache', 'mutant', 'dist');
const RESULTS = inProject('.cache', 'chaos');

await main(async () => {
  const wanted = process.argv.slice(2).join(' ');
  await prepare({ build: true });
  await provideServers();
  const mutants = MUTANTS.filter(({ name }) => name.includes(wanted));
  let survivors = 0;
  for (const mutant of mutants) {
    const why = await play(mutant);
    if (!why) survivors += 1;
    console.log(
      `${why ? 'caught  ' : 'SURVIVED'}  ${mutant.name} (${mutant.scenario}): ${why ?? ''}`,
    );
  }
  return survivors === 0 ? 0 : 1;
});

/** Answers what has caught it. */
async function play({ name, scenario, edits, sql = '' }) {
  say(`Playing ${scenario} with ${name}.`);
  makeBuild(edits);
  const id = scenario.toUpperCase();
  const result = join(RESULTS, `${id}-together.json`);
  rmSync(result, { force: true });
  const pattern = ['--testPathPatterns', `scenarios/${scenario}-`];
  const { code, output } = await runNode(inProject('scripts/test.mjs'), ['chaos', ...pattern], {
    capture: true,
    env: { CHAOS_BUILD: BUILD, CHAOS_SQL: sql, CHAOS: 'short', CHAOS_SHAPE: 'together' },
  });
  return code === 0 ? undefined : reasonIn(result, output);
}

function makeBuild(edits) {
  const directory = dirname(BUILD);
  rmSync(directory, { recursive: true, force: true });
  cpSync(inProject('dist'), BUILD, { recursive: true });
  for (const name of ['prisma', 'node_modules', 'package.json']) {
    symlinkSync(inProject(name), join(directory, name));
  }
  for (const [file, replacements] of Object.entries(edits)) {
    const path = join(BUILD, file);
    const text = replacements.reduce(
      (source, replacement) => replaced(source, replacement, file),
      readFileSync(path, 'utf8'),
    );
    writeFileSync(path, text);
  }
}

function replaced(source, [before, after], file) {
  if (!source.includes(before)) throw new CommandFailed(`${file} does not hold: ${before}`);
  return source.replaceAll(before, after);
}

/** What the scenario itself has said, or else the last words of its run. */
function reasonIn(result, output) {
  try {
    const { counts, why } = JSON.parse(readFileSync(result, 'utf8'));
    const broken = Object.entries(counts).filter(([, count]) => count > 0);
    const [first = ''] = why;
    return [...broken.map(([kind, count]) => `${kind} ${count}`), first].join('; ');
  } catch {
    const [, words = 'the run failed'] = /● .*\n\n\s+(.+)/.exec(output) ?? [];
    return words;
  }
}
