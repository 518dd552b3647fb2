import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { errorsPage } from './errors-page.ts';

describe('the page of errors', () => {
  it('lists every code that a class declares', async () => {
    const page = errorsPage();
    const files = await readdir('src', { recursive: true });
    const sources = await Promise.all(
      files
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
        .map((file) => readFile(`src/${file}`, 'utf8')),
    );
    const codes = sources.flatMap((source) =>
      [...source.matchAll(/readonly code = '([A-Z_]+)'/g)].map(([, code]) => code),
    );

    expect(codes.length).toBeGreaterThan(4);
    for (const code of codes) expect(page).toContain(`\`${code}\``);
  });
});
