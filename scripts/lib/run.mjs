import { spawn } from 'node:child_process';
import { ROOT } from './project.mjs';

/** A command that failed. Its own output has said why. */
export class CommandFailed extends Error {}

/**
 * Runs a command in the checkout to its end and returns `{ code, output }`; the output is there
 * with `capture` only, else it goes straight through. A signal that ends us ends the command too.
 */
export function run(file, args, { capture = false, env = {}, timeoutMs } = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', capture ? 'pipe' : 'inherit', capture ? 'pipe' : 'inherit'],
      timeout: timeoutMs,
      windowsHide: true,
    });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));

    const pass = (signal) => child.kill(signal);
    process.on('SIGINT', pass).on('SIGTERM', pass);
    const end = (code, why = '') => {
      process.off('SIGINT', pass).off('SIGTERM', pass);
      resolve({ code, output: output + why });
    };
    child.on('error', (error) => end(127, error.message));
    child.on('close', (code, signal) => end(code ?? 1, signal ? `Ended by ${signal}.` : ''));
  });
}

/** Runs a script with this Node. */
export function runNode(script, args = [], { nodeFlags = [], ...options } = {}) {
  return run(process.execPath, [...nodeFlags, script, ...args], options);
}

/** Gives up when a step fails. */
export async function must(what, running) {
  const { code, output } = await running;
  if (code !== 0) throw new CommandFailed(`${what} failed (exit code ${code}).\n${output}`.trim());
}

/** The outermost edge of a script: a failure becomes a sentence and an exit code. */
export async function main(work) {
  try {
    process.exitCode = (await work()) ?? process.exitCode;
  } catch (error) {
    console.error(error instanceof CommandFailed ? error.message : error);
    process.exitCode = 1;
  }
}
