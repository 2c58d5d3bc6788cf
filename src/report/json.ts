import type { Plan, ProjectPlan, Report } from '../lint/report.js';

/** What JSON.stringify leaves raw and a terminal would obey; inside JSON only strings can hold these. */
const unsafe = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The report or a plan as JSON, indented, ended by a newline, and safe to print on a terminal. */
export function renderJson(report: Report | Plan | ProjectPlan): string {
  return jsonText(report);
}

/** Any plain data as JSON, in the same form. */
export function jsonText(data: object): string {
  const text = JSON.stringify(data, undefined, 2);
  return `${text.replace(unsafe, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
