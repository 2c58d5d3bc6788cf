import { LineTable } from '../text/span.js';
import type { ReportFinding } from './report.js';

/** The text of a file that a report names; undefined when it cannot be had. */
export type TextOf = (file: string) => string | undefined;

/**
 * An identity for each finding (32 hexadecimal digits) that stays when lines move: the rule, the file, the message and the
 * text of its first line make it; of equal ones, the n-th is the n-th in the order of the report.
 */
export function fingerprintsOf(findings: readonly ReportFinding[], textOf: TextOf): readonly string[] {
  const counts = new Map<string, number>();
  return keysOf(findings, textOf, (file) => file).map((key) => {
    const nth = counts.get(key) ?? 0;
    counts.set(key, nth + 1);
    return hashOf(`${key}${nth}`);
  });
}

/** The same where equal findings are one; `nameOf` gives the name of a file that counts. */
export function identitiesOf(
  findings: readonly ReportFinding[],
  textOf: TextOf,
  nameOf: (file: string) => string,
): readonly string[] {
  return keysOf(findings, textOf, nameOf).map(hashOf);
}

function keysOf(
  findings: readonly ReportFinding[],
  textOf: TextOf,
  nameOf: (file: string) => string,
): readonly string[] {
  const tables = new Map<string, LineTable>();
  return findings.map(({ rule, message, location }) => {
    let table = tables.get(location.file);
    if (table === undefined) {
      table = new LineTable(textOf(location.file) ?? '');
      tables.set(location.file, table);
    }
    const line = table.line(location.line).trim().replace(/\s+/g, ' ');
    return JSON.stringify([rule, nameOf(location.file), message, line]);
  });
}

/** A 128-bit hash of a text as hexadecimal digits; it tells texts apart and protects nothing. */
export function hashOf(text: string): string {
  let digits = '';
  for (const [seed, factor] of MIXERS) {
    let high = 0xdeadbeef ^ seed;
    for (let i = 0; i < text.length; i += 1) high = Math.imul(high ^ text.charCodeAt(i), factor);
    high = Math.imul(high ^ (high >>> 16), 2246822507);
    high = Math.imul(high ^ (high >>> 13), 3266489909);
    digits += ((high ^ (high >>> 16)) >>> 0).toString(16).padStart(8, '0');
  }
  return digits;
}

/** Seeds and odd factors: four independent 32-bit multiplicative hashes. */
const MIXERS = [
  [0x1, 2654435761],
  [0x85ebca6b, 1597334677],
  [0xc2b2ae35, 3812015801],
  [0x27d4eb2f, 958282111],
] as const;
