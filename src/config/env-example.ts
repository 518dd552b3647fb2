import { Config } from './config.ts';

const SETTING = /\/\*\* ([^\n]+) \*\/\n(?:(?! {2}\/\*\*)[^\n]*\n)*? {2}readonly ([A-Z_]+)\??:/g;

/**
 * `.env.example`: every setting with what it means and its default, all commented out.
 * @param source the text of `config.ts`, whose comments are the explanations.
 */
export function envExample(source: string): string {
  const defaults = new Config() as unknown as Record<string, unknown>;
  const settings = [...source.matchAll(SETTING)].map(([, meaning = '', name = '']) => {
    const value = name in defaults ? String(defaults[name]) : '';
    return `# ${meaning}\n# ${name}=${value}\n`;
  });
  return `# Settings of the service. Generated from src/config/config.ts.\n\n${settings.join('\n')}`;
}
