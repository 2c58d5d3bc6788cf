// @ts-check

/**
 * A format: a line a finding.
 * @type {import('envariant/plugin').Formatter}
 */
export const csv = {
  name: 'csv',
  summary: 'a line for each finding',
  format: ({ findings }) =>
    findings
      .map(({ location, rule, message }) => [location.file, location.line, rule, message].map(quoted).join(','))
      .map((line) => `${line}\n`)
      .join(''),
};

/** @param {string | number} value */
function quoted(value) {
  return `"${String(value).replaceAll('"', '""')}"`;
}
