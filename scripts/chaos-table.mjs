import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inProject } from './lib/project.mjs';

// node scripts/chaos-table.mjs: what the scenarios last had to say, as the table of docs/reliability.md

const RESULTS = inProject('.cache', 'chaos');
const HEAD = [
  'scenario',
  'what happens',
  'load',
  'faults (bit)',
  'nine counts',
  'repeats',
  'lateness p50 / p99 / max, ms: outside; after a fault',
  'bounds',
  'verdict',
];

const results = existsSync(RESULTS)
  ? readdirSync(RESULTS)
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(join(RESULTS, name), 'utf8')))
      .sort((one, other) => one.scenario.localeCompare(other.scenario, 'en', { numeric: true }))
  : [];

console.log([HEAD, HEAD.map(() => '---'), ...results.map(cells)].map(line).join('\n'));

function cells({ scenario, title, shape, load, faults, bites, verdict, ...result }) {
  return [
    `${scenario} ${shape}`,
    title,
    load,
    `${faults} (${bites})`,
    counts(result.counts),
    result.repeats,
    `${spread(result.lateness.outside)}; ${spread(result.lateness.afterFault)}`,
    result.bounds.map(bound).join('; '),
    verdict,
  ];
}

function counts(found) {
  const broken = Object.entries(found).filter(([, count]) => count > 0);
  return broken.length === 0
    ? 'all 0'
    : broken.map(([kind, count]) => `${kind} ${count}`).join(' ');
}

function spread({ count, p50, p99, max }) {
  return count === 0 ? '–' : [p50, p99, max].map((ms) => ms.toFixed(0)).join(' / ');
}

function bound({ what, value, atMost, atLeast }) {
  return `${what} ${Number(value.toPrecision(4))} ${atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`}`;
}

function line(parts) {
  return `| ${parts.join(' | ')} |`;
}
