import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { say } from './project.mjs';
import { run } from './run.mjs';

const MINUTE_MS = 60_000;
const QUIET = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
const CLUSTER_SETTINGS = '/etc/postgresql-common/createcluster.conf';
/** Debian's packages ask this program whether they may start what they have installed. */
const START_POLICY = '/usr/sbin/policy-rc.d';
const NEVER_START = '#!/bin/sh\nexit 101\n';

/** What some tests want from the system beside the npm packages, and what it serves there. */
const SERVERS = [
  {
    name: 'PostgreSQL 15',
    purpose: 'that a server older than 16 is refused',
    programs: ['/usr/lib/postgresql/15/bin/postgres'],
    install: installPostgres15,
  },
  {
    name: 'ip or iptables',
    purpose: 'what becomes of an instance that is cut off from its database',
    programs: ['/usr/sbin/ip', '/usr/sbin/iptables'],
    install: () => installPackages('iproute2', 'iptables'),
  },
  {
    name: 'libfaketime',
    purpose: 'what wrong clocks of hosts and of the database do',
    programs: ['/usr/bin/faketime'],
    install: () => installPackages('faketime'),
  },
  {
    name: 'nginx',
    purpose: 'that no request fails behind a load balancer while instances are replaced',
    programs: ['/usr/sbin/nginx'],
    install: installNginx,
  },
];

/**
 * Installs what is missing where that is possible (as root, on Debian). Never fails: returns a
 * sentence for each thing that the tests will have to do without.
 */
export async function provideServers() {
  const missing = [];
  for (const { name, purpose, programs, install } of SERVERS) {
    if (programs.every(existsSync)) continue;
    const reason = whyNotInstallable() ?? (await install());
    if (!programs.every(existsSync)) missing.push(`${purpose}: ${name} is not here (${reason})`);
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

/** The program alone is wanted: no server of the system is to take port 80, now or at the next boot. */
async function installNginx() {
  const failure = await installPackages('nginx-light');
  if (!failure) await run('update-rc.d', ['nginx', 'disable'], { capture: true });
  return failure;
}

/** Returns why it failed; undefined when it did not. Nothing that is installed gets started. */
async function installPackages(...names) {
  say(`Installing ${names.join(' ')} for the tests (apt-get).`);
  const hasPolicy = existsSync(START_POLICY);
  if (!hasPolicy) writeFileSync(START_POLICY, NEVER_START, { mode: 0o755 });
  try {
    return await tryToInstall(names);
  } finally {
    if (!hasPolicy) rmSync(START_POLICY, { force: true });
  }
}

async function tryToInstall(names) {
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
