import './lib/node-version.mjs';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { prepare } from './lib/prepare.mjs';
import { inProject, say, TOOLS } from './lib/project.mjs';
import { main, runNode } from './lib/run.mjs';
import { provideServers } from './lib/test-servers.mjs';

// node scripts/test.mjs [unit] [integration] [model] [e2e] [cluster] [chaos] [arguments for Jest]
const KINDS = ['unit', 'integration', 'model', 'e2e', 'cluster', 'chaos'];
const RESULTS = inProject('.cache', 'jest-results.json');

await main(async () => {
  const args = process.argv.slice(2).filter((arg) => arg !== '--');
  const named = args.filter((arg) => KINDS.includes(arg));
  const kinds = named.length > 0 ? named : KINDS;

  // All but the unit tests start the compiled service somewhere, or a server beside it.
  const isMoreThanUnit = kinds.some((kind) => kind !== 'unit');
  await prepare({ build: isMoreThanUnit });
  const missing = isMoreThanUnit ? await provideServers() : [];
  const code = await runJest(
    kinds,
    args.filter((arg) => !KINDS.includes(arg)),
  );
  report(missing, isNarrowed(args));
  return code;
});

async function runJest(kinds, args) {
  say(`Testing: ${kinds.join(', ')}.`);
  rmSync(RESULTS, { force: true });
  mkdirSync(inProject('.cache'), { recursive: true });
  const options = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const env = {
    NODE_OPTIONS: [process.env.NODE_OPTIONS, ...options].filter(Boolean).join(' '),
    // All kinds together have time for some of the scenarios only.
    ...(kinds.length === KINDS.length ? { CHAOS: 'selection' } : {}),
  };
  const results = ['--json', `--outputFile=${RESULTS}`, '--testLocationInResults=false'];
  const jest = runNode(
    TOOLS.jest,
    ['--selectProjects', ...kinds, '--maxWorkers=2', ...results, ...args],
    { env },
  );
  return (await jest).code;
}

/** Tests that were not asked for are not worth a word. */
function isNarrowed(args) {
  return args.some((arg) => /^(-t|--testNamePattern)(=|$)/.test(arg));
}

/** Comes last, where nobody overlooks it: what was not tested, and one line for machines. */
function report(missing, narrowed) {
  const { testResults, numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = readResults();
  const skipped = testResults
    .flatMap((file) => file.assertionResults)
    .filter(({ status }) => status === 'pending' || status === 'todo')
    .map(({ fullName }) => fullName);

  const untested = [...missing, ...(narrowed ? [] : skipped)];
  if (untested.length > 0) console.log(`\nNot tested:\n  - ${untested.join('\n  - ')}`);
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  console.log(`\n${numPassedTests} passed, ${failed} failed`);
}

function readResults() {
  try {
    return JSON.parse(readFileSync(RESULTS, 'utf8'));
  } catch {
    // Jest did not get as far as writing them, and has said why.
    return { testResults: [], numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 1 };
  }
}
