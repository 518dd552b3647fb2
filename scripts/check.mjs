import './lib/node-version.mjs';
import { prepare } from './lib/prepare.mjs';
import { inProject, isInProject, TOOLS } from './lib/project.mjs';
import { main, runNode } from './lib/run.mjs';

const AT_ONCE = 2;

/** Longest first, so that the short ones fill the gaps. */
const CHECKS = [
  {
    name: 'lint',
    script: TOOLS.eslint,
    args: ['.', '--max-warnings=0'],
    needs: 'eslint.config.mjs',
  },
  { name: 'types', script: TOOLS.tsc, args: ['--noEmit', '--pretty'] },
  { name: 'format', script: TOOLS.prettier, args: ['--check', '--log-level=warn', '.'] },
  {
    name: 'import rules',
    script: TOOLS.depcruise,
    args: ['--config', '.dependency-cruiser.cjs', '--output-type', 'err', 'src'],
    needs: '.dependency-cruiser.cjs',
  },
  {
    name: 'generated files',
    script: inProject('dist/generate.js'),
    args: ['--check'],
    needs: 'src/generate.ts',
  },
  { name: 'unused code', script: TOOLS.knip, args: [], needs: 'knip.json', optional: true },
];

// Runs all checks, whatever becomes of the first ones, and ends with a table.
await main(async () => {
  await prepare();
  const waiting = CHECKS.filter(({ needs, optional }) => !optional || isInProject(needs));
  const results = [];
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      results.push(await perform(check));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));

  const failed = results.filter(({ code }) => code !== 0);
  for (const { name, output } of failed) console.log(`\n── ${name}\n${output.trim()}`);
  console.log();
  results.sort((a, b) => a.name.localeCompare(b.name));
  for (const { name, code, seconds } of results) {
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'}  ${name.padEnd(16)} ${seconds} s`);
  }
  return failed.length === 0 ? 0 : 1;
});

async function perform({ name, script, args, needs }) {
  if (needs && !isInProject(needs)) {
    return { name, code: 1, output: `${needs} is missing.`, seconds: '0.0' };
  }
  const start = performance.now();
  const { code, output } = await runNode(script, args, {
    capture: true,
    // Captured output has no colours by itself.
    env: process.stdout.isTTY ? { FORCE_COLOR: '1' } : {},
  });
  return { name, code, output, seconds: ((performance.now() - start) / 1_000).toFixed(1) };
}
