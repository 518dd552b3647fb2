import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { violationsOf } from '../common/validation.ts';
import { Config } from './config.ts';

/** Wrong settings: the message names every one of them, and never repeats a value. */
export class ConfigError extends Error {
  constructor(mistakes: readonly string[]) {
    super(
      `The configuration is not right:\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`,
    );
    this.name = 'ConfigError';
  }
}

/**
 * The only reader of the environment. Variables that are unknown are ignored, empty ones count
 * as not set, and all mistakes are named at once, before anything starts.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Readonly<Config> {
  const names = Object.keys(new Config()).concat('DATABASE_URL', 'ZONEINFO_DIRECTORY');
  const given = names.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []));
  const config = plainToInstance(Config, Object.fromEntries(given), { exposeDefaultValues: true });
  const violations = violationsOf(validateSync(config));

  if (violations.length > 0) {
    throw new ConfigError(violations.map(({ path, message }) => `${path} ${message}`));
  }
  return Object.freeze(config);
}
