import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. Scripts work from wherever they are called. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A path inside the checkout. */
export const inProject = (...parts) => join(ROOT, ...parts);

export const isInProject = (...parts) => existsSync(inProject(...parts));

/** The programs of our development tools, each run by this Node and not through a shell. */
export const TOOLS = {
  depcruise: inProject('node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
  eslint: inProject('node_modules/eslint/bin/eslint.js'),
  jest: inProject('node_modules/jest/bin/jest.js'),
  knip: inProject('node_modules/knip/bin/knip.js'),
  prettier: inProject('node_modules/prettier/bin/prettier.cjs'),
  prisma: inProject('node_modules/prisma/build/index.js'),
  tsc: inProject('node_modules/typescript/bin/tsc'),
};

/** Tells people what is going on, apart from what a command prints as its result. */
export function say(message) {
  console.error(`› ${message}`);
}
