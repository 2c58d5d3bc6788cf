/*
 * angular.json: which configuration `ng build` takes, and what it makes of the options.
 *
 * The options of a target are those of `options`, each replaced by the configuration's own, in the order of
 * `--configuration a,b`; without the option it is `defaultConfiguration` (angular.dev/reference/configs/workspace-config).
 * A configuration that the file does not have fails the build.
 */
import type { BundleSetting } from '../../model/bundle.js';
import { parseYaml } from '../../syntax/yaml/parse.js';
import { yamlEntries, yamlGet, yamlItems, yamlText } from '../../syntax/yaml/read.js';
import type { YamlNode } from '../../syntax/yaml/tree.js';
import type { Place } from '../../text/span.js';
import { type Condition, supportOf, type Variational } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import { option, optionText } from './invocation.js';
import type { Run } from './runs.js';

/** A project of angular.json that `ng build` builds. */
interface Target {
  readonly name: string;
  readonly isDefault: boolean;
  readonly options: YamlNode | undefined;
  readonly configurations: ReadonlyMap<string, YamlNode>;
  readonly place: Place;
  /** The configuration when none is named. */
  readonly usual: string;
}

/** A workspace: its targets by the names of their projects. */
export type Workspace = ReadonlyMap<string, Target>;

/** Reads angular.json; what it does not understand is left out. */
export function readWorkspace(file: string, text: string): Workspace {
  // JSON is YAML.
  const root = parseYaml(text).documents[0]?.root;
  const preferred = yamlText(yamlGet(root, 'defaultProject'));
  const targets = new Map<string, Target>();
  for (const { key, value } of yamlEntries(yamlGet(root, 'projects'))) {
    const name = key.text.text;
    const build = yamlGet(value, 'architect', 'build') ?? yamlGet(value, 'targets', 'build');
    const configurations = yamlGet(build, 'configurations');
    if (build === undefined || configurations === undefined) continue;
    targets.set(name, {
      name,
      isDefault: name === preferred,
      options: yamlGet(build, 'options'),
      configurations: new Map(yamlEntries(configurations).map((entry) => [entry.key.text.text, entry.value])),
      place: { file, ...configurations.span },
      usual: yamlText(yamlGet(build, 'defaultConfiguration')) ?? '',
    });
  }
  return targets;
}

/** What one `ng build` makes, for every environment. */
export interface AngularBuild {
  readonly settings: readonly BundleSetting[];
  readonly decisions: readonly { readonly place: Place; readonly holds: Condition }[];
  readonly feasible: Condition;
}

/** The options of a build in every environment that decides about its configuration. */
export function evaluateAngular(
  texts: Texts,
  workspace: Workspace,
  file: string,
  text: string,
  run: Run,
): AngularBuild {
  const { space } = texts;
  const target = targetOf(workspace, run);
  const nothing: AngularBuild = { settings: [], decisions: [], feasible: run.when };
  if (target === undefined) return nothing;
  const chosen = chosenConfigurations(texts, target, run);
  // Nobody knows which one it is: that is no difference.
  if (chosen.some(({ when }) => [...supportOf(when)].some(({ kind }) => kind === 'opaque'))) return nothing;
  const values = new Map<string, { place: Place; value: Variational<Text | undefined> }>();
  let feasible: Condition = space.false;
  for (const { when, names } of chosen) {
    const nodes = names.map((name) => target.configurations.get(name));
    feasible = space.or(feasible, when);
    for (const { path, value, place } of settingsOf([target.options, ...nodes], file, text)) {
      const old = values.get(path)?.value ?? space.one<Text | undefined>(undefined);
      const own = space.one<Text | undefined>(texts.literal(value));
      values.set(path, { place: values.get(path)?.place ?? place, value: space.pick(when, own, old) });
    }
  }
  return {
    settings: [...values].map(([path, { place, value }]) => ({ path, place, value })),
    decisions: chosen.map(({ when }) => ({ place: { ...target.place, end: target.place.start + 1 }, holds: when })),
    feasible: space.and(run.when, feasible),
  };
}

/** The project that the command names, or the one that is built by default. */
function targetOf(workspace: Workspace, run: Run): Target | undefined {
  const named = run.words.find((word) => workspace.has(word));
  const targets = [...workspace.values()];
  if (named !== undefined) return workspace.get(named);
  return targets.find(({ isDefault }) => isDefault) ?? targets[0];
}

interface Chosen {
  readonly when: Condition;
  readonly names: readonly string[];
}

const OPTIONS = ['--configuration', '-c'];
const PRODUCTION = /^--prod(?:=true)?$/;

/** Whether a command says which configuration it takes. */
export function namesConfiguration(words: readonly string[]): boolean {
  return option(words, OPTIONS) !== undefined || words.some((word) => PRODUCTION.test(word));
}

/** The configurations that a command may take; a name that is none fails the build and is left out. */
function chosenConfigurations(texts: Texts, target: Target, run: Run): readonly Chosen[] {
  const { space } = texts;
  const list = (names: string): readonly string[] => names.split(',').filter((name) => name !== '');
  const isKnown = (names: string): boolean => list(names).every((name) => target.configurations.has(name));
  if (option(run.words, OPTIONS) === undefined) {
    const isProduction = run.words.some((word) => PRODUCTION.test(word));
    return [{ when: space.true, names: list(isProduction ? 'production' : target.usual) }];
  }
  const given = optionText(texts, run, OPTIONS) ?? texts.empty;
  const flat = texts.flatten(given);
  const written = flat === undefined ? [] : space.leaves(flat).map(({ item }) => texts.constant(item) ?? '');
  const candidates = new Set([...target.configurations.keys(), ...written, '']);
  return [...candidates].flatMap((names): readonly Chosen[] => {
    const when = texts.equal(given, texts.literal(names));
    if (when === undefined || when === space.false || !isKnown(names)) return [];
    return [{ when, names: list(names === '' ? target.usual : names) }];
  });
}

/** Options that check, report or place what is built, and leave it as it is. */
const WITHOUT_EFFECT = new Set(
  'budgets progress verbose outputPath deleteOutputPath watch poll statsJson preserveSymlinks clearScreen'.split(' '),
);

interface Setting {
  readonly path: string;
  readonly value: string;
  readonly place: Place;
}

/** Options with those of later nodes over those of earlier ones; each replaced file is one. */
function settingsOf(nodes: readonly (YamlNode | undefined)[], file: string, text: string): readonly Setting[] {
  const options = new Map<string, YamlNode>();
  for (const node of nodes)
    for (const { key, value } of yamlEntries(node))
      if (!WITHOUT_EFFECT.has(key.text.text)) options.set(key.text.text, value);
  return [...options].flatMap(([name, node]): readonly Setting[] => {
    const place: Place = { file, ...node.span };
    if (name !== 'fileReplacements')
      return [{ path: name, value: text.slice(node.span.start, node.span.end).replace(/\s+/g, ' ').trim(), place }];
    return yamlItems(node).flatMap((item): readonly Setting[] => {
      const replaced = yamlText(yamlGet(item, 'replace')) ?? yamlText(yamlGet(item, 'src'));
      const by = yamlText(yamlGet(item, 'with')) ?? yamlText(yamlGet(item, 'replaceWith'));
      return replaced === undefined || by === undefined
        ? []
        : [{ path: replaced, value: by, place: { file, ...item.span } }];
    });
  });
}
