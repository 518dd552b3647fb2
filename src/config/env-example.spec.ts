import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { Config } from './config.ts';
import { envExample } from './env-example.ts';

describe('.env.example', () => {
  it('names every setting with its default', async () => {
    const example = envExample(await readFile(new URL('./config.ts', import.meta.url), 'utf8'));

    for (const [name, value] of Object.entries(new Config())) {
      expect(example).toContain(`# ${name}=${String(value)}\n`);
    }
    expect(example).toContain('# DATABASE_URL=\n');
  });
});
