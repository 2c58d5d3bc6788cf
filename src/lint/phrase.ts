import type { FlagFact } from '../knowledge/flags.js';

/** "with `-race`", or "without `--release`" for a fact about what is missing. */
export function withFlag(fact: FlagFact): string {
  const missing = /^\(no (.*)\)$/.exec(fact.flag)?.[1];
  return missing === undefined ? `with \`${fact.flag}\`` : `without \`${missing}\``;
}

/** What production is called in the variables that tools read. */
const PRODUCTION: Readonly<Record<string, string>> = {
  NODE_ENV: 'production',
  RAILS_ENV: 'production',
  RACK_ENV: 'production',
  MIX_ENV: 'prod',
  APP_ENV: 'prod',
  CGO_ENABLED: '0',
};

/** How to fix a variable that a command reads: with the production value where there is one of that name. */
export function fixRead(name: string, command: string): string {
  const value = Object.hasOwn(PRODUCTION, name) ? PRODUCTION[name] : undefined;
  return value === undefined
    ? `Give ${name} one value for every environment where \`${command}\` runs.`
    : `Give \`${command}\` a fixed value (\`${name}=${value} ${command}\`), or the option that says it.`;
}

/** "A", "A and B", "A, B and C". */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
