import type { Formatter } from '../../lint/formatter.js';
import type { ReportFinding, Severity } from '../../lint/report.js';
import { visible } from '../cells.js';
import { variantNames } from '../environments.js';
import { count, countSeverities } from '../text.js';

const marks: { readonly [severity in Severity]: string } = { error: '❌ error', warning: '⚠️ warning', info: 'ℹ️ info' };

/** At most this many findings are told with their environments; GitHub cuts a summary off at 1 MiB. */
const DETAIL_LIMIT = 50;

/** A summary for a job's page or a comment: the counts, a table, and what each environment gets. */
export const markdown: Formatter = {
  name: 'markdown',
  summary: "a summary for a job's page or a comment",
  format({ findings, problems, summary }) {
    const files = count(summary.files, 'build file');
    const lines = ['## Envariant', ''];
    if (findings.length === 0) lines.push(`✅ ${files}: no difference between environments found.`);
    else {
      lines.push(`${countSeverities(summary)} in ${files}.`, '', '| | place | rule | what |', '|---|---|---|---|');
      for (const one of findings) {
        const rule = one.url === '' ? code(one.rule) : `[${code(one.rule)}](${one.url})`;
        lines.push(`| ${marks[one.severity]} | ${placeOf(one)} | ${rule} | ${inline(one.message)} |`);
      }
      for (const one of findings.slice(0, DETAIL_LIMIT)) lines.push(...details(one));
    }
    if ((summary.suppressed ?? 0) > 0) lines.push('', `${count(summary.suppressed ?? 0, 'finding')} suppressed.`);
    if (problems.length > 0) {
      lines.push('', `<details><summary>${count(problems.length, 'note')}</summary>`, '');
      for (const { location, message } of problems)
        lines.push(`- ${code(`${location.file}:${location.line}`)}: ${inline(message)}`);
      lines.push('', '</details>');
    }
    return `${lines.join('\n')}\n`;
  },
};

function details(finding: ReportFinding): readonly string[] {
  if (finding.variants.length === 0) return [];
  const names = variantNames(finding.variants);
  const rows = finding.variants.map(
    ({ value }, i) => `| ${inline(names[i] ?? '')} | ${value === null ? '(not run)' : code(value)} |`,
  );
  const title = `${escaped(finding.rule)}, ${escaped(visible(finding.location.file))}:${finding.location.line}`;
  return [
    '',
    `<details><summary>${title}</summary>`,
    '',
    '| environment | gets |',
    '|---|---|',
    ...rows,
    '',
    ...[finding.effect, finding.help].filter((text) => text !== '').map((text) => `${inline(text)}  `),
    '',
    '</details>',
  ];
}

function placeOf({ location }: ReportFinding): string {
  return code(`${location.file}:${location.line}:${location.column}`);
}

/** A text as a code span inside a table cell. */
function code(text: string): string {
  const shown = visible(text).replaceAll('|', '\\|');
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padding = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  return `${fence}${padding}${shown}${padding}${fence}`;
}

/** Our own sentences: code spans stay, all else that Markdown or HTML would obey does not. */
function inline(text: string): string {
  return visible(text)
    .split(/(`[^`]*`)/)
    .map((part) => (/^`.+`$/.test(part) ? part.replaceAll('|', '\\|') : escaped(part)))
    .join('');
}

function escaped(text: string): string {
  return text
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
