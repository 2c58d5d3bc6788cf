import type { Formatter } from '../../lint/formatter.js';
import type { Location, Severity } from '../../lint/report.js';
import { visible } from '../cells.js';
import { wholeMessage } from './variants.js';

const commands: { readonly [severity in Severity]: string } = { error: 'error', warning: 'warning', info: 'notice' };

/** Workflow commands of GitHub Actions, which makes annotations of them. */
export const github: Formatter = {
  name: 'github',
  summary: 'annotations of GitHub Actions',
  format({ findings, problems }) {
    const lines = [
      ...findings.map((one) =>
        command(commands[one.severity], one.location, `envariant: ${one.rule}`, wholeMessage(one)),
      ),
      ...problems.map((one) => command('notice', one.location, 'envariant', [visible(one.message)])),
    ];
    return lines.map((line) => `${line}\n`).join('');
  },
};

function command(name: string, at: Location, title: string, lines: readonly string[]): string {
  // GitHub takes columns only where both ends are on one line.
  const columns = at.line === at.endLine ? `,col=${at.column},endColumn=${at.endColumn}` : '';
  const where = `file=${property(visible(at.file))},line=${at.line},endLine=${at.endLine}${columns}`;
  return `::${name} ${where},title=${property(title)}::${data(lines.join('\n'))}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
