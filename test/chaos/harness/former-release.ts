import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const run = promisify(execFile);

/** The release before this one, compiled apart. */
export class FormerRelease {
  private constructor(private readonly directory: string) {}

  /** Why there is none here; undefined where there is one. */
  static missing(): string | undefined {
    return commit() === undefined ? 'needs the history of the repository' : undefined;
  }

  static async compile(): Promise<FormerRelease> {
    const release = new FormerRelease(await mkdtemp(join(tmpdir(), 'job-scheduler-former-')));
    try {
      await release.compile();
      return release;
    } catch (error) {
      await release.remove();
      throw error;
    }
  }

  /** What was compiled. */
  get build(): string {
    return join(this.directory, 'dist');
  }

  get migrations(): string {
    return join(this.directory, 'prisma/migrations');
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true });
  }

  private async compile(): Promise<void> {
    const { directory } = this;
    const archive = join(directory, 'release.tar');
    await run('git', ['archive', '-o', archive, commit() ?? ''], { cwd: PROJECT });
    await run('tar', ['-xf', archive, '-C', directory]);
    await symlink(join(PROJECT, 'node_modules'), join(directory, 'node_modules'));
    const env = { ...process.env, NODE_OPTIONS: '' };
    await run(process.execPath, [join(directory, 'scripts/build.mjs')], { env });
  }
}

/**
 * CHAOS_FORMER names it, by tag or commit. Otherwise it is what there was before the latest
 * migration came: the last one that does not know the schema it has to live with.
 */
function commit(): string | undefined {
  try {
    const given = process.env.CHAOS_FORMER;
    if (given) return git('rev-parse', '--verify', `${given}^{commit}`);
    const migration = git('log', '-1', '--format=%H', '--', 'prisma/migrations');
    return git('rev-parse', '--verify', `${migration}^`);
  } catch {
    return undefined;
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: PROJECT, stdio: 'pipe', encoding: 'utf8' }).trim();
}
