import { evaluateMakefile, executeRun, given, type Makefile, runGoals } from '../../../src/evaluate/makefile/index.js';
import type { Files } from '../../../src/text/files.js';
import { Space } from '../../../src/value/diagram.js';
import { Texts } from '../../../src/value/text.js';

/** Files of a project, by path. */
export function filesOf(table: Readonly<Record<string, string>>): Files {
  const paths = Object.keys(table);
  return {
    read: (path) => {
      const text = table[path];
      return text === undefined ? undefined : { kind: 'text', text };
    },
    list: (folder) => {
      const prefix = folder === '' ? '' : `${folder}/`;
      const names = new Set<string>();
      for (const path of paths) {
        if (!path.startsWith(prefix)) continue;
        const rest = path.slice(prefix.length);
        const slash = rest.indexOf('/');
        names.add(slash === -1 ? rest : rest.slice(0, slash + 1));
      }
      return names.size === 0 && folder !== '' ? undefined : [...names];
    },
  };
}

/** Evaluates a makefile as one environment sees it. */
export function fixed(
  text: string,
  environment: Readonly<Record<string, string>>,
  commandLine: Readonly<Record<string, string>>,
  goals: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Makefile {
  const texts = new Texts(new Space());
  return evaluateMakefile({
    file: 'Makefile',
    text,
    files: filesOf({ Makefile: text, ...files }),
    texts,
    environment: given(texts, new Map(Object.entries(environment))),
    commandLine: given(texts, new Map(Object.entries(commandLine))),
    open: false,
    goals,
  });
}

/** Evaluates a makefile for every environment. */
export function open(
  text: string,
  files: Readonly<Record<string, string>> = {},
  goals: readonly string[] = [],
): Makefile {
  return evaluateMakefile({
    file: 'Makefile',
    text,
    files: filesOf({ Makefile: text, ...files }),
    texts: new Texts(new Space()),
    environment: new Map(),
    commandLine: new Map(),
    open: true,
    goals,
  });
}

/** What the recipes of some goals print. */
export function printed(makefile: Makefile, goals: readonly string[]): string | undefined {
  const { texts } = makefile.machine;
  return texts.constant(executeRun(makefile, runGoals(makefile, goals), { capture: true }).output);
}
