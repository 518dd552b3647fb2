import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { inProject, ROOT } from './project.mjs';

/** All files under a folder of the checkout, as paths from its root, in one order everywhere. */
export function filesUnder(folder) {
  if (!existsSync(inProject(folder))) return [];
  return readdirSync(inProject(folder), { recursive: true })
    .map((name) => inProject(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => relative(ROOT, path))
    .sort();
}

/** One fingerprint of files by name and content, since times change with every clone. */
export function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    const content = existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path)) : '';
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

export function readText(...parts) {
  const path = inProject(...parts);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
