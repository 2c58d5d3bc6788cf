import { type EvaluatedBundler, evaluateBundler } from '../../../src/evaluate/bundler/index.js';
import { memoryFiles } from '../../../src/hosts/testing.js';
import { lint } from '../../../src/index.js';
import type { Bundle } from '../../../src/model/bundle.js';
import { parseScript } from '../../../src/script-parser.js';
import { type Answer, Space } from '../../../src/value/diagram.js';
import { render, Texts } from '../../../src/value/text.js';

/** Evaluates a configuration among other files. */
export function evaluateFiles(file: string, files: Readonly<Record<string, string>>): EvaluatedBundler {
  const table = new Map(Object.entries(files));
  return evaluateBundler({
    file,
    text: table.get(file) ?? '',
    files: memoryFiles(table),
    texts: new Texts(new Space()),
    dockerfiles: [...table.keys()].filter((path) => /Dockerfile/.test(path)),
    pipelines: () => [],
    parseScript,
  });
}

/** The settings of a bundle in one environment: path to value, only those that are there. */
export function settingsIn(bundle: Bundle, environment: Readonly<Record<string, Answer>>): Record<string, string> {
  const { space } = bundle.texts;
  const out: Record<string, string> = {};
  for (const { path, value } of bundle.settings) {
    let known = value;
    for (const [name, answer] of Object.entries(environment)) known = space.given(known, space.input(name), answer);
    if (known.kind !== 'one') out[path] = '⟨…⟩';
    else if (known.value !== undefined) out[path] = render(known.value);
  }
  return out;
}

/** What is reported about a project: one line a finding, with its rows. */
export function findingsOf(files: Readonly<Record<string, string>>, ...paths: readonly string[]): readonly string[] {
  const report = lint(paths, memoryFiles(new Map(Object.entries(files))), { parseScript });
  return report.findings
    .filter(({ rule }) => rule === 'bundler-config')
    .map(({ location, severity, variants }) => {
      const rows = variants.map(
        ({ when, value }) => `${when === 'otherwise' ? when : JSON.stringify(when)} → ${value}`,
      );
      return [`${location.file}:${location.line} ${severity}`, ...rows].join('\n');
    });
}
