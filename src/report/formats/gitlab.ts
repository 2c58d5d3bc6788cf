import { fingerprintsOf, hashOf } from '../../lint/fingerprint.js';
import type { Formatter } from '../../lint/formatter.js';
import type { Location, Severity } from '../../lint/report.js';
import { jsonText } from '../json.js';
import { wholeMessage } from './variants.js';

const severities: { readonly [severity in Severity]: string } = { error: 'major', warning: 'minor', info: 'info' };

/** GitLab's Code Quality report: the subset of Code Climate's format that GitLab reads. */
export const gitlab: Formatter = {
  name: 'gitlab',
  summary: 'GitLab code quality',
  format({ findings, problems }, { textOf }) {
    const prints = fingerprintsOf(findings, textOf);
    const issues = [
      ...findings.map((one, i) => ({
        description: one.message,
        check_name: one.rule,
        fingerprint: prints[i],
        severity: severities[one.severity],
        location: placeOf(one.location),
        content: { body: wholeMessage(one).slice(1).join('\n\n') },
      })),
      ...problems.map((one) => ({
        description: one.message,
        check_name: 'note',
        fingerprint: hashOf(JSON.stringify(['note', one.location.file, one.message])),
        severity: 'info',
        location: placeOf(one.location),
      })),
    ];
    return jsonText(issues);
  },
};

function placeOf({ file, line, endLine }: Location): object {
  return { path: file.replace(/^\.\//, ''), lines: { begin: line, end: endLine } };
}
