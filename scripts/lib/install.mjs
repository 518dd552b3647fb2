import { accessSync, constants, existsSync, lstatSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readText } from './files.mjs';
import { withLock } from './lock.mjs';
import { inProject, isInProject, say } from './project.mjs';
import { CommandFailed, must, run } from './run.mjs';

/** Everything explicit: NODE_ENV or a user's settings would leave out what builds need. */
const FLAGS = [
  '--include=dev',
  '--include=optional',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
];
/** Nothing of ours needs install scripts, and not every npm runs them. */
const NO_SCRIPTS = '--ignore-scripts';

/** Installs the packages unless those that package-lock.json names are there. */
export async function install() {
  if (isInstalled()) return;
  await withLock('install', async () => {
    // Somebody else may have done it while we waited.
    if (isInstalled()) return;
    refuseLink();
    const command = isInProject('package-lock.json') ? 'ci' : 'install';
    say(`Installing packages (npm ${command}).`);
    await must(`npm ${command}`, npm([command, ...FLAGS, NO_SCRIPTS]));
  });
}

/** npm would empty the folder behind the link, which belongs to another checkout. */
function refuseLink() {
  const found = lstatSync(inProject('node_modules'), { throwIfNoEntry: false });
  if (!found?.isSymbolicLink()) return;
  throw new CommandFailed(
    'node_modules is a link to packages of another version: remove it and try again.',
  );
}

/**
 * npm writes what it has installed into node_modules as its last step, in the form of
 * package-lock.json. Comparing the two also recognises an installation made by hand, and one
 * that was interrupted.
 */
function isInstalled() {
  const installed = packagesIn(readText('node_modules', '.package-lock.json'));
  if (!installed) return false;
  const wanted = packagesIn(readText('package-lock.json'));
  if (!wanted) return true;
  return Object.entries(wanted).every(([path, { version, link, optional, devOptional }]) => {
    if (path === '' || link) return true;
    const found = installed[path];
    return found ? found.version === version : Boolean(optional || devOptional);
  });
}

function packagesIn(text) {
  try {
    return JSON.parse(text).packages;
  } catch {
    return undefined;
  }
}

function npm(args) {
  const env = isCacheUsable() ? {} : { npm_config_cache: inProject('.cache', 'npm') };
  const cli = process.env.npm_execpath;
  // Called by npm itself: the same npm again, which need not be on the path.
  if (cli && /npm-cli\.c?js$/.test(cli)) return run(process.execPath, [cli, ...args], { env });
  return process.platform === 'win32'
    ? run('cmd.exe', ['/d', '/c', 'npm', ...args], { env })
    : run('npm', args, { env });
}

/** A user of the system may have no home, or one that belongs to somebody else. */
function isCacheUsable() {
  if (process.env.npm_config_cache) return isWritable(process.env.npm_config_cache);
  const cache = join(homedir(), '.npm');
  return isWritable(existsSync(cache) ? cache : homedir());
}

function isWritable(path) {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
