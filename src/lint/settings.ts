/*
 * Settings: what a project says about the run. A settings file (lint/schema.ts has its form) is a layer; presets and
 * extended files are layers below it. Within a layer a rule's id beats its category, and overrides come after the rest;
 * a later layer beats an earlier one. Paths are relative to the settings' folder.
 */
import picomatch from 'picomatch';
import { type Selecting, type SelectorNames, selectingBy } from './environment.js';
import { nearest } from './nearest.js';
import { faultsOfOptions, type OptionTable, type RuleOptions } from './options.js';
import type { Plugin } from './plugin.js';
import type { ReportFinding, Severity, Variant, When } from './report.js';
import type { Category } from './rule.js';
import type { RawSettings, SettingsFault } from './schema.js';
import { SUPPRESSION_RULES } from './suppression.js';

/** What settings say of a rule: a severity, its own one, or nothing of it. */
export type Level = Severity | 'on' | 'off';

/** Answers of an environment: for each selector one or several values; null is unset. */
export type EnvironmentAnswers = ReadonlyMap<string, readonly (string | null)[]>;

/** Some rules and categories for some files. */
interface RuleLayer {
  /** Undefined for all files. */
  readonly matches: ((path: string) => boolean) | undefined;
  readonly rules: ReadonlyMap<string, { readonly level: Level; readonly options: RuleOptions | undefined }>;
  readonly categories: ReadonlyMap<string, Level>;
  readonly requireReason: boolean | undefined;
}

/** The settings of a run, merged. */
export interface Settings {
  readonly layers: readonly RuleLayer[];
  readonly environments: ReadonlyMap<string, EnvironmentAnswers>;
  readonly selectors: SelectorNames;
  readonly failOn: Severity | undefined;
  readonly isIgnored: (path: string) => boolean;
}

/** What applies to one rule and one file. */
export interface RuleSetting {
  /** `on`: with the severity of the rule. */
  readonly level: Level;
  readonly options: RuleOptions;
}

const PRESETS: { readonly [name in 'recommended' | 'strict']: RawSettings } = {
  recommended: {},
  strict: { failOn: 'info', requireReason: true },
};

/** The settings where there is no file. */
export const defaultSettings: Settings = mergeSettings([], []);

/** Puts the layers together, the lowest first, with what plugins add. */
export function mergeSettings(raws: readonly RawSettings[], plugins: readonly Plugin[]): Settings {
  const all = raws.flatMap((raw) => [...presetsOf(raw).map((name) => PRESETS[name]), raw]);
  const environments = new Map<string, EnvironmentAnswers>();
  const add = new Set(plugins.flatMap(({ environments: own }) => own?.selectors ?? []));
  const ignore = new Set<string>();
  const words = new Set(plugins.flatMap(({ environments: own }) => Object.keys(own?.values ?? {})));
  let failOn: Severity | undefined;
  for (const raw of all) {
    failOn = raw.failOn ?? failOn;
    for (const [name, answers] of Object.entries(raw.environments ?? {})) {
      environments.set(name, answersOf(answers));
      for (const selector of Object.keys(answers)) add.add(selector);
    }
    for (const name of raw.selectors?.add ?? []) add.add(name);
    for (const name of raw.selectors?.add ?? []) ignore.delete(name);
    for (const name of raw.selectors?.ignore ?? []) ignore.add(name);
  }
  const globs = all.flatMap((raw) => raw.ignore ?? []);
  return {
    layers: all.flatMap(layersOf),
    environments,
    selectors: { add, ignore, words },
    failOn,
    isIgnored: matcherOf(globs),
  };
}

function presetsOf({ presets = [] }: RawSettings): readonly ('recommended' | 'strict')[] {
  return typeof presets === 'string' ? [presets] : presets;
}

type RawAnswers = NonNullable<RawSettings['environments']>[string];

function answersOf(answers: RawAnswers): EnvironmentAnswers {
  return new Map(Object.entries(answers).map(([name, value]) => [name, Array.isArray(value) ? value : [value]]));
}

function layersOf(raw: RawSettings): readonly RuleLayer[] {
  const own = layerOf(raw, undefined);
  const overrides = (raw.overrides ?? []).map((override) => layerOf(override, matcherOf(override.files)));
  return [own, ...overrides];
}

function layerOf(
  { rules = {}, categories = {}, requireReason }: Pick<RawSettings, 'rules' | 'categories' | 'requireReason'>,
  matches: RuleLayer['matches'],
): RuleLayer {
  return {
    matches,
    rules: new Map(
      Object.entries(rules).map(([id, setting]) => [
        id,
        typeof setting === 'string'
          ? { level: setting, options: undefined }
          : { level: setting[0], options: setting[1] },
      ]),
    ),
    categories: new Map(Object.entries(categories)),
    requireReason,
  };
}

/** Whether a path matches one of these globs; a glob without a slash is about names, one of a folder about all in it. */
export function matcherOf(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => false;
  const all = globs.flatMap((glob) => {
    const bare = glob.replace(/^\.?\//, '').replace(/\/$/, '');
    return glob.replace(/\/$/, '').includes('/') ? [bare, `${bare}/**`] : [`**/${bare}`, `**/${bare}/**`];
  });
  const isMatch = picomatch(all, { dot: true });
  return (path) => isMatch(path);
}

/** What applies to a rule in a file; the path is relative to the settings' folder. */
export function ruleSetting(settings: Settings, id: string, category: Category | string, path: string): RuleSetting {
  let level: Level = 'on';
  let options: RuleOptions = {};
  for (const layer of settings.layers) {
    if (layer.matches !== undefined && !layer.matches(path)) continue;
    const rule = layer.rules.get(id);
    level = rule?.level ?? layer.categories.get(category) ?? level;
    options = rule?.options ?? options;
  }
  return { level, options };
}

/** Whether suppressions in a file must say why. */
export function requiresReason(settings: Settings, path: string): boolean {
  let required = false;
  for (const layer of settings.layers)
    if (layer.matches === undefined || layer.matches(path)) required = layer.requireReason ?? required;
  return required;
}

/** Which selectors count. */
export function selectingOf(settings: Settings): Selecting {
  return selectingBy(settings.selectors);
}

/** What rules are called and which options they have, as far as settings may name them. */
export interface NamedRule {
  readonly id: string;
  readonly options?: OptionTable;
}

/** What is wrong with the rules that settings name: there are none such, or they have no such options. */
export function ruleFaults(raw: RawSettings, known: readonly NamedRule[]): readonly SettingsFault[] {
  const tables = new Map(known.map(({ id, options = {} }) => [id, options]));
  for (const id of SUPPRESSION_RULES) tables.set(id, {});
  const places = [
    { path: ['rules'], rules: raw.rules ?? {} },
    ...(raw.overrides ?? []).map(({ rules = {} }, i) => ({ path: ['overrides', i, 'rules'], rules })),
  ];
  return places.flatMap(({ path, rules }) =>
    Object.entries(rules).flatMap(([id, setting]): readonly SettingsFault[] => {
      const table = tables.get(id);
      if (table === undefined) {
        const near = nearest(id, [...tables.keys()]);
        const hint = near === undefined ? '`envariant rules` lists them' : `did you mean "${near}"?`;
        return [{ path: [...path, id], part: 'key', message: `there is no rule "${id}"; ${hint}` }];
      }
      const given = typeof setting === 'string' ? {} : setting[1];
      return faultsOfOptions(id, table, given).map(({ name, ...fault }) => ({
        path: [...path, id, 1, name],
        ...fault,
      }));
    }),
  );
}

/** A finding as the settings want it: with another severity and names of environments; undefined when it is off. */
export function settleFinding(settings: Settings, finding: ReportFinding, path: string): ReportFinding | undefined {
  const { level } = ruleSetting(settings, finding.rule, finding.category, path);
  if (level === 'off' || settings.isIgnored(path)) return undefined;
  return {
    ...finding,
    severity: level === 'on' ? finding.severity : level,
    variants: nameEnvironments(finding.variants, settings.environments),
  };
}

/**
 * The rows of a table with the environments that are in each. An environment is in a row when it answers all that the row
 * asks for; it is among the rest when each other row asks for something that it answers otherwise.
 */
export function nameEnvironments(
  variants: readonly Variant[],
  environments: ReadonlyMap<string, EnvironmentAnswers>,
): readonly Variant[] {
  if (environments.size === 0) return variants;
  const named = variants.map(({ when }) =>
    [...environments]
      .filter(([, answers]) =>
        when === 'otherwise'
          ? variants.every((other) => other.when === 'otherwise' || holds(other.when, answers) === false)
          : holds(when, answers) === true,
      )
      .map(([name]) => name),
  );
  return variants.map((variant, i) => ({
    ...variant,
    ...((named[i] ?? []).length === 0 ? {} : { environments: named[i] ?? [] }),
  }));
}

/** Whether answers satisfy a row: true, false, or undefined where they do not say. */
function holds(when: When, answers: EnvironmentAnswers): boolean | undefined {
  let all: boolean | undefined = true;
  for (const [selector, wanted] of Object.entries(when)) {
    const own = answers.get(selector);
    if (own === undefined || 'where' in wanted) {
      all = undefined;
      continue;
    }
    const inside = own.map((one) => ('not' in wanted ? !wanted.not.includes(one) : wanted.includes(one)));
    if (inside.every((one) => !one)) return false;
    if (!inside.every((one) => one)) all = undefined;
  }
  return all;
}
