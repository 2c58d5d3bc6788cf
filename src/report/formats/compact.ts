import type { Formatter } from '../../lint/formatter.js';
import type { Location } from '../../lint/report.js';
import { visible } from '../cells.js';

/** One line a finding, as compilers write them, so that editors and `grep` find the place. */
export const compact: Formatter = {
  name: 'compact',
  summary: 'a line for each finding, as compilers write them',
  format({ findings, problems }) {
    const lines = [
      ...findings.map((one) => `${place(one.location)}: ${one.severity}: ${visible(one.message)} [${one.rule}]`),
      ...problems.map((one) => `${place(one.location)}: note: ${visible(one.message)}`),
    ];
    return lines.map((line) => `${line}\n`).join('');
  },
};

function place({ file, line, column }: Location): string {
  return `${visible(file)}:${line}:${column}`;
}
