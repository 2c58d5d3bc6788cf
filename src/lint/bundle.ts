/*
 * Subjects of bundles: the settings of one run that differ on the same selectors are one subject, with one text of all of
 * them, so that one switch (`const isProduction = …`) is told once, whatever hangs on it.
 */
import { type Build, blankBuild } from '../model/build.js';
import type { Bundle, BundleSetting } from '../model/bundle.js';
import type { Place } from '../text/span.js';
import { type Condition, type Selector, supportOf } from '../value/diagram.js';
import type { Text } from '../value/text.js';
import type { Value } from './divergence.js';
import { isEnvironmental, rootOf } from './environment.js';
import type { SubjectBase } from './subjects.js';

/** What a bundler's configuration says about the output, as far as it depends on the same selectors. */
export interface BundleSubject extends SubjectBase {
  readonly kind: 'bundle';
  readonly bundle: Bundle;
  /** The names of the selectors. */
  readonly selectors: readonly string[];
  readonly settings: readonly BundleSetting[];
  /** The settings as `minify: true, sourcemap: false`. */
  readonly value: Value;
}

/** More settings than this are counted, not shown. */
const SHOWN = 6;

/** A bundle as a build that has no stages, for what rules are run over. */
export function buildOfBundle({ file, texts, feasible, notes }: Bundle): Build {
  return { ...blankBuild('bundler', file, texts, feasible), notes };
}

/** The subjects of a bundle. */
export function bundleSubjects(bundle: Bundle, build: Build): readonly BundleSubject[] {
  const groups = new Map<string, { selectors: readonly Selector[]; settings: BundleSetting[] }>();
  for (const setting of bundle.settings) {
    const value = bundle.texts.space.assume(setting.value, bundle.feasible);
    const selectors = environmentalRoots(value);
    if (selectors.length === 0) continue;
    const key = selectors.map(({ order }) => order).join();
    const group = groups.get(key) ?? { selectors, settings: [] };
    group.settings.push({ ...setting, value });
    groups.set(key, group);
  }
  return [...groups.values()].map(({ selectors, settings }): BundleSubject => {
    const at = decidedAt(bundle, selectors) ?? settings[0]?.place ?? { file: bundle.file, start: 0, end: 0 };
    return {
      kind: 'bundle',
      bundle,
      build,
      at,
      instruction: at,
      ships: bundle.feasible,
      others: [],
      stage: undefined,
      focus: undefined,
      selectors: selectors.map(({ name }) => name),
      settings,
      value: valueOf(bundle, settings),
    };
  });
}

function environmentalRoots(value: Value): readonly Selector[] {
  const roots = new Set<Selector>();
  for (const selector of supportOf(value)) {
    const root = rootOf(selector);
    if (root !== undefined && isEnvironmental(root)) roots.add(root);
  }
  return [...roots].sort((a, b) => a.order - b.order);
}

/** The first expression that asks for one of the selectors. */
function decidedAt(bundle: Bundle, selectors: readonly Selector[]): Place | undefined {
  const asks = ({ holds }: Bundle['decisions'][number]): boolean =>
    [...supportOf(holds)].some((selector) => selectors.includes(rootOf(selector) ?? selector));
  const asking = bundle.decisions.filter(asks);
  return (asking.find(({ place }) => place.file === bundle.file) ?? asking[0])?.place;
}

function valueOf({ texts }: Bundle, settings: readonly BundleSetting[]): Value {
  const { space } = texts;
  let text = texts.empty;
  let any: Condition = space.false;
  for (const { path, value } of settings.slice(0, SHOWN)) {
    const there = space.map(value, (leaf) => leaf !== undefined);
    const written = space.map(value, (leaf): Text => {
      if (leaf === undefined) return texts.empty;
      return leaf === texts.empty ? texts.literal(path) : texts.concat(texts.literal(`${path}: `), leaf);
    });
    const between = texts.pick(space.and(any, there), texts.literal(', '), texts.empty);
    text = texts.concat(text, between, texts.from(written));
    any = space.or(any, there);
  }
  const nothing = texts.literal('(nothing of it)');
  const shown = texts.flatten(text);
  const more = settings.length > SHOWN ? texts.literal(`, and ${settings.length - SHOWN} more`) : texts.empty;
  if (shown === undefined) return settings[0]?.value ?? space.one<Text | undefined>(undefined);
  return space.map(shown, (leaf): Text | undefined => (leaf === texts.empty ? nothing : texts.concat(leaf, more)));
}
