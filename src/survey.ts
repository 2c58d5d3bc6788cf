/** What the conditions of a project ask for: the start of its settings. */
import { evaluateDockerfile } from './evaluate/dockerfile/index.js';
import { evaluateShellFile } from './evaluate/script.js';
import { isEnvironmental, rootOf } from './lint/environment.js';
import type { Build } from './model/build.js';
import { languageOf } from './recognise.js';
import type { Files } from './text/files.js';
import { type Selector, Space, supportOf } from './value/diagram.js';
import { Texts } from './value/text.js';

/** The selectors that say an environment, by their names. */
export interface Survey {
  readonly selectors: readonly SurveyedSelector[];
}

/** A selector with the values that conditions compare it with. */
export interface SurveyedSelector {
  readonly name: string;
  readonly values: readonly string[];
  /** The files that ask for it. */
  readonly files: readonly string[];
}

/** Looks at build files; what cannot be read or evaluated is left out. */
export function survey(paths: readonly string[], files: Files): Survey {
  const found = new Map<string, { values: Set<string>; files: Set<string> }>();
  for (const path of paths) {
    for (const { name, mentioned } of selectorsOf(path, files)) {
      const known = found.get(name) ?? { values: new Set<string>(), files: new Set<string>() };
      known.files.add(path);
      for (const answer of mentioned) if (answer !== undefined && answer !== '') known.values.add(answer);
      found.set(name, known);
    }
  }
  const selectors = [...found].map(([name, one]) => ({ name, values: [...one.values], files: [...one.files] }));
  return { selectors: selectors.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

function selectorsOf(path: string, files: Files): readonly Selector[] {
  const read = files.read(path);
  if (read?.kind !== 'text') return [];
  try {
    const texts = new Texts(new Space());
    const common = { file: path, text: read.text, files, texts, fixed: new Map<string, string | undefined>() };
    const build =
      languageOf(path, read.text) === 'shell'
        ? evaluateShellFile({ ...common, dialect: undefined }).build
        : evaluateDockerfile({ ...common, target: undefined });
    return [...asked(build)].filter(isEnvironmental);
  } catch {
    return [];
  }
}

function asked(build: Build): ReadonlySet<Selector> {
  const roots = new Set<Selector>();
  const add = (selectors: Iterable<Selector>): void => {
    for (const selector of selectors) {
      const root = rootOf(selector);
      if (root !== undefined) roots.add(root);
    }
  };
  for (const { holds } of build.decisions) add(supportOf(holds));
  for (const step of build.steps) {
    add(supportOf(step.when));
    if (step.kind === 'command')
      for (const { when, item } of step.words) {
        add(supportOf(when));
        add(item.text.holds);
      }
    if (step.kind === 'setting' || step.kind === 'base') add(step.text.holds);
    if (step.kind === 'copy') for (const source of step.sources) add(source.holds);
  }
  return roots;
}
