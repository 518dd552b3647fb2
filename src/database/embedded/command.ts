import { execFile } from 'node:child_process';

/** A user of the operating system that commands run as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export interface CommandResult {
  readonly ok: boolean;
  /** What the command wrote to both outputs, or why it could not be started. */
  readonly output: string;
}

/**
 * The environment of the server and its tools. It is fixed, so that no `PG…` or locale variable
 * of the user leaks in; Windows cannot start programs without its own variables.
 */
export const COMMAND_ENVIRONMENT: Record<string, string> | undefined =
  process.platform === 'win32'
    ? undefined
    : { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/** How to spawn as this account; nothing when commands run as who we are. */
export function identity(account: Account | undefined): { uid?: number; gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {};
}

/** Runs a command to its end. A command that fails, or cannot be started, is a result too. */
export function run(file: string, args: string[], account?: Account): Promise<CommandResult> {
  // The root directory is the one place that every account may be in.
  const options = { ...identity(account), env: COMMAND_ENVIRONMENT, cwd: '/', windowsHide: true };
  return new Promise((resolve) => {
    execFile(file, args, options, (error, stdout, stderr) => {
      const written = `${stdout}${stderr}`.trim();
      resolve({ ok: !error, output: written || (error?.message ?? '') });
    });
  });
}
