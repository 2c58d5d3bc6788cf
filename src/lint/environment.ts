import { environmentOf, isBuildToggle, isEnvironmentSelector, isNeverSelector } from '../knowledge/environments.js';
import type { Selector } from '../value/diagram.js';

/** The input that a selector is, or that a question is about; undefined for an opaque fact. */
export function rootOf(selector: Selector): Selector | undefined {
  if (selector.kind === 'input') return selector;
  return selector.about === undefined ? undefined : rootOf(selector.about.selector);
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
