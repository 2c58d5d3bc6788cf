import type { Variant } from '../lint/report.js';
import { environmentNames } from './environments.js';

/** Rows of a table of environments, and what they are about. */
export interface ExplainedRows {
  readonly kind: string;
  readonly name: string;
  readonly rows: readonly { readonly when: Variant['when']; readonly value?: string | null | undefined }[];
}

/** A value that is longer is cut. */
const VALUE_LIMIT = 400;
/** More rows are counted only. */
const ROW_LIMIT = 24;

/** The value in each environment as Markdown: a sentence where all agree, else a table. */
export function explanationMarkdown({ kind, name, rows }: ExplainedRows): string {
  const absent = kind === 'variable' || kind === 'argument' ? 'unset' : 'not run';
  const title = kind === 'variable' || kind === 'argument' ? `$${name}` : name;
  const [only, another] = rows;
  const show = (value: string | null | undefined): string =>
    value === null || value === undefined ? `*${absent}*` : code(value);
  if (only === undefined) return code(title);
  if (another === undefined) return `${code(title)} is ${show(only.value)} in every environment.`;
  return `${code(title)}\n\n${variantsMarkdown(rows, absent)}`;
}

/** A table of environments and what they get, as Markdown. */
export function variantsMarkdown(rows: ExplainedRows['rows'], absent = 'nothing'): string {
  const names = environmentNames(rows.map(({ when }) => when));
  const shown = rows.slice(0, ROW_LIMIT).map(({ value }, i) => {
    const text = value === null || value === undefined ? `*${absent}*` : code(value);
    return `| ${cell(names[i] ?? '')} | ${text} |`;
  });
  const more = rows.length > ROW_LIMIT ? `\n\nand ${rows.length - ROW_LIMIT} more` : '';
  return `| environment | value |\n|---|---|\n${shown.join('\n')}${more}`;
}

function cell(text: string): string {
  return text.replace(/[\\|`*_<>[\]]/g, '\\$&').replace(/\s+/g, ' ');
}

/** Code in a table, which may hold neither line breaks nor bars; fences grow with the backticks inside. */
function code(value: string): string {
  if (value === '') return '*empty*';
  const cut = value.length > VALUE_LIMIT ? `${value.slice(0, VALUE_LIMIT - 1)}…` : value;
  const line = cut.replace(/\r?\n/g, '␤').replaceAll('|', '\\|');
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}
