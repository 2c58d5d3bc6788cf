import type { Formatter } from '../lint/formatter.js';
import { checkstyle } from './formats/checkstyle.js';
import { compact } from './formats/compact.js';
import { github } from './formats/github.js';
import { gitlab } from './formats/gitlab.js';
import { junit } from './formats/junit.js';
import { markdown } from './formats/markdown.js';
import { rdjson } from './formats/rdjson.js';
import { sarif } from './formats/sarif.js';
import { renderJson } from './json.js';
import { renderText } from './text.js';

const text: Formatter = {
  name: 'text',
  summary: 'for people',
  format: (report, context) =>
    report.summary.files > 0 || report.findings.length > 0 || report.problems.length > 0
      ? renderText(report, context)
      : '',
};

const json: Formatter = {
  name: 'json',
  summary: 'for programs, a versioned contract',
  format: (report) => renderJson(report),
};

/** Every format of our own, in the order of the help; plugins add theirs behind. */
export const formatters: readonly Formatter[] = [
  text,
  compact,
  json,
  sarif,
  github,
  gitlab,
  junit,
  checkstyle,
  rdjson,
  markdown,
];
