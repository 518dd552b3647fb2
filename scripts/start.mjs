import './lib/node-version.mjs';
import { clearInterval, setInterval } from 'node:timers';
import { pathToFileURL } from 'node:url';
import { prepare } from './lib/prepare.mjs';
import { inProject } from './lib/project.mjs';
import { main } from './lib/run.mjs';
import { watch } from './lib/watch.mjs';

const PARENT_CHECK_MS = 250;

// Prepares the checkout and then becomes the service: in this process, so that signals and exit
// codes need no forwarding.
await main(async () => {
  endWithParent();
  await prepare();
  if (process.argv.includes('--watch')) return watch();
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(inProject('dist/main.js')).href);
});

/**
 * npm runs us through a shell and passes a signal on to that shell only, which ends without
 * telling us. So losing the parent counts as being told to stop. Started in any other way, a
 * process may well outlive its parent.
 */
function endWithParent() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const watching = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watching);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_CHECK_MS);
  watching.unref();
}
