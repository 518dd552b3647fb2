import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { forgetSources } from './compile.mjs';
import { inProject, ROOT, say, TOOLS } from './project.mjs';

/** What the compiler prints when a round is over and all is well. */
const COMPILED = /Found 0 errors\./;

/**
 * Compiles on every change, and starts the service again each time that succeeds. The running one
 * ends gracefully first; while the code does not compile it goes on running.
 */
export async function watch() {
  forgetSources();
  const compiler = spawn(
    process.execPath,
    [TOOLS.tsc, '-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let service;
  let stopping = false;
  let restarting = Promise.resolve();

  const restart = async () => {
    await end(service);
    if (stopping) return;
    service = spawn(process.execPath, ['--enable-source-maps', inProject('dist/main.js')], {
      cwd: ROOT,
      stdio: 'inherit',
    });
  };
  const stop = () => {
    stopping = true;
    compiler.kill();
    service?.kill('SIGTERM');
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);

  for await (const line of createInterface(compiler.stdout)) {
    console.log(line);
    if (!COMPILED.test(line)) continue;
    if (service) say('Starting again.');
    restarting = restarting.then(restart);
  }
  await restarting;
  await end(service);
}

async function end(child) {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
