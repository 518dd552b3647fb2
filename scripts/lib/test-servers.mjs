import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { say } from './project.mjs';
import { run } from './run.mjs';

const MINUTE_MS = 60_000;
const QUIET = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
const CLUSTER_SETTINGS = '/etc/postgresql-common/createcluster.conf';

/** What some tests want from the system beside the npm packages, and what it serves there. */
const SERVERS = [
  {
    name: 'PostgreSQL 15',
    purpose: 'that a server older than 16 is refused',
    program: '/usr/lib/postgresql/15/bin/postgres',
    install: installPostgres15,
  },
];

/**
 * Installs what is missing where that is possible (as root, on Debian). Never fails: returns a
 * sentence for each thing that the tests will have to do without.
 */
export async function provideServers() {
  const missing = [];
  for (const { name, purpose, program, install } of SERVERS) {
    if (existsSync(program)) continue;
    const reason = whyNotInstallable() ?? (await install());
    if (!existsSync(program)) missing.push(`${purpose}: ${name} is not here (${reason})`);
  }
  return missing;
}

function whyNotInstallable() {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return 'no apt-get';
  if (process.getuid() !== 0) return 'only root may install it';
  return undefined;
}

/** Only the programs are wanted: no database of the system is to be made and started. */
async function installPostgres15() {
  const common = await installPackages('postgresql-common');
  if (common) return common;
  const settings = existsSync(CLUSTER_SETTINGS) ? readFileSync(CLUSTER_SETTINGS, 'utf8') : '';
  writeFileSync(CLUSTER_SETTINGS, `${settings}\ncreate_main_cluster = false\n`);
  try {
    return await installPackages('postgresql-15');
  } finally {
    writeFileSync(CLUSTER_SETTINGS, settings);
  }
}

/** Returns why it failed; undefined when it did not. */
async function installPackages(...names) {
  say(`Installing ${names.join(' ')} for the tests (apt-get).`);
  const install = () =>
    aptGet(3 * MINUTE_MS, 'install', '--yes', '--no-install-recommends', ...names);
  let result = await install();
  if (result.code !== 0) {
    // The list of packages may be missing or out of date.
    await aptGet(MINUTE_MS, 'update');
    result = await install();
  }
  if (result.code === 0) return undefined;
  return result.output.trim().split('\n').at(-1) || 'apt-get failed';
}

function aptGet(timeoutMs, ...args) {
  const patience = ['-o', 'DPkg::Lock::Timeout=60', '-o', 'Acquire::Retries=1'];
  return run('apt-get', ['--quiet', ...patience, ...args], {
    capture: true,
    env: QUIET,
    timeoutMs,
  });
}
