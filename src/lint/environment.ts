import { environmentOf, isBuildToggle, isEnvironmentSelector, isNeverSelector } from '../knowledge/environments.js';
import type { Selector } from '../value/diagram.js';

/** The input that a selector is, or that a question is about; undefined for an opaque fact. */
export function rootOf(selector: Selector): Selector | undefined {
  if (selector.kind === 'input') return selector;
  return selector.about === undefined ? undefined : rootOf(selector.about.selector);
}

/** Decides which selectors count; the settings of a project may add some and take some away. */
export interface Selecting {
  /** Whether a selector says which environment is built for. */
  isEnvironmental(selector: Selector): boolean;
  /** Whether a selector may change a build at all. */
  isInput(selector: Selector): boolean;
  /** Whether a name alone says the environment. */
  isEnvironmentName(name: string): boolean;
}

/** What a project says about names. */
export interface SelectorNames {
  /** Names that always select an environment. */
  readonly add: ReadonlySet<string>;
  /** Names that never do; this beats `add`. */
  readonly ignore: ReadonlySet<string>;
  /** Values that name an environment, beside those that everybody uses; in lower case. */
  readonly words: ReadonlySet<string>;
}

/** The selectors that count by what a project says about names. */
export function selectingBy({ add, ignore, words }: SelectorNames): Selecting {
  if (add.size + ignore.size + words.size === 0) return byKnownNames;
  const isNamed = (root: Selector): boolean =>
    add.has(root.name) || [...root.mentioned].some((answer) => answer !== undefined && words.has(answer.toLowerCase()));
  return {
    isEnvironmental(selector) {
      const root = rootOf(selector);
      return root !== undefined && !ignore.has(root.name) && (isNamed(root) || isEnvironmental(selector));
    },
    isInput(selector) {
      const root = rootOf(selector);
      return root !== undefined && !ignore.has(root.name) && (isNamed(root) || isInput(selector));
    },
    isEnvironmentName: (name) => !ignore.has(name) && (add.has(name) || isEnvironmentSelector(name)),
  };
}

/** The same, where some names select an environment beside those that do anyway. */
export function selectingAlso(selecting: Selecting, names: ReadonlySet<string>): Selecting {
  if (names.size === 0) return selecting;
  const isNamed = (selector: Selector): boolean => {
    const root = rootOf(selector);
    return root !== undefined && names.has(root.name) && selecting.isInput(selector);
  };
  return {
    ...selecting,
    isEnvironmental: (selector) => selecting.isEnvironmental(selector) || isNamed(selector),
  };
}

/** Whether a selector says which environment is built for: by its name, or because the project compares it with one. */
export function isEnvironmental(selector: Selector): boolean {
  const root = rootOf(selector);
  if (root === undefined || isNeverSelector(root.name)) return false;
  if (isEnvironmentSelector(root.name) || isBuildToggle(root.name)) return true;
  for (const answer of root.mentioned)
    if (answer !== undefined && answer !== '' && environmentOf(answer) !== undefined) return true;
  return false;
}

/** Whether a selector may change a build for reasons that have nothing to do with environments: platforms, versions, proxies. */
export function isInput(selector: Selector): boolean {
  const root = rootOf(selector);
  return root !== undefined && !isNeverSelector(root.name);
}

/** What counts where a project says nothing about names. */
export const byKnownNames: Selecting = {
  isEnvironmental,
  isInput,
  isEnvironmentName: isEnvironmentSelector,
};
