import type { Caller } from '../../model/delivery.js';
import { parseBakeJson } from '../../syntax/bake/json.js';
import { parseBake } from '../../syntax/bake/parse.js';
import type { BakeFile } from '../../syntax/bake/tree.js';
import { type Files, folderOf } from '../../text/files.js';
import type { Place } from '../../text/span.js';
import type { Condition, Guarded } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import type { Delivered, EnvironmentOf, Standing } from '../delivery/delivered.js';
import { buildsOf } from './build.js';
import {
  type BakeTarget,
  composeDefinition,
  type Definition,
  type Group,
  groupOf,
  targetDefinitions,
} from './definition.js';
import { bakeFilesIn, isComposeName } from './files.js';
import { type Machine, newMachine, note } from './machine.js';
import { type BakeSetting, type Configuration, namesIn, resolveTarget, selectTargets, targetNames } from './target.js';
import { validate, variable } from './variables.js';

export type { BakeTarget } from './definition.js';
export { bakeFilesIn, isBakeFile } from './files.js';
export type { BakeSetting } from './target.js';

/** One call of `docker buildx bake`. */
export interface BakeInput {
  /** Relative to the project's root, in the order of `-f`; empty for what bake finds in the folder. */
  readonly paths: readonly string[];
  readonly standing: Standing;
  /** Where it is called, or the file itself. */
  readonly place: Place;
  readonly environment: EnvironmentOf;
  /** Names of groups and targets; empty for `default`. */
  readonly targets: readonly string[];
  readonly set: readonly BakeSetting[];
  /** `--var NAME=value`. */
  readonly variables: ReadonlyMap<string, Text>;
  /** The services of a compose file as bake reads them. */
  readonly composeTargets?: (path: string) => readonly BakeTarget[];
}

/** The image builds that a call of bake asks for. */
export function evaluateBake(input: BakeInput): Delivered {
  return evaluateWith(input, false);
}

function evaluateWith(input: BakeInput, all: boolean): Delivered {
  const { standing, place } = input;
  const machine = newMachine(standing.texts, input.environment, input.variables, standing.when);
  const read: string[] = [];
  try {
    const configuration = load(machine, input, read);
    if (configuration === undefined)
      return { builds: [], deployments: [], promotions: [], notes: machine.notes, files: read };
    const { space } = machine;
    const everywhere = (names: readonly string[]): readonly Guarded<string>[] =>
      names.map((item) => ({ when: space.true, item }));
    const wanted = all ? entryNames(machine, configuration) : input.targets.length > 0 ? input.targets : ['default'];
    const selected = selectTargets(machine, configuration, everywhere(wanted), place);
    const resolved = [...selected].flatMap(([name, when]) => {
      const target = resolveTarget(machine, configuration, name);
      return target === undefined ? [] : [{ target, when }];
    });
    const made = resolved.flatMap(({ target, when }) => buildsOf(machine, target, when, standing));
    // What a later target refuses, the whole call refuses.
    const builds = made
      .map((build) => ({ ...build, when: space.and(build.when, machine.alive) }))
      .filter(({ when }) => when !== space.false);
    return { builds, deployments: [], promotions: [], notes: machine.notes, files: read };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    note(machine, place, `this bake file is not evaluated: ${error.message}`);
    return { builds: [], deployments: [], promotions: [], notes: machine.notes, files: read };
  }
}

function load(machine: Machine, input: BakeInput, read: string[]): Configuration | undefined {
  const { files, folder } = input.standing;
  const paths = input.paths.length > 0 ? input.paths : bakeFilesIn(files, folder);
  if (paths.length === 0) note(machine, input.place, 'bake finds no file here');
  const definitions: Definition[] = [];
  const groups: Group[] = [];
  // Compose files come first, whatever their place in the order.
  for (const path of paths.filter(isComposeName)) {
    const services = input.composeTargets?.(path);
    if (services === undefined) continue;
    read.push(path);
    definitions.push(...services.map((service) => composeDefinition(machine, service)));
    const value = machine.data.list(
      services.map(({ name, when }) => machine.data.pick(when, machine.data.literal(name), machine.data.literal(''))),
    );
    const targets = { value, place: { file: path, start: 0, end: 0 }, items: [], rooted: true };
    groups.push({ name: 'default', when: machine.space.true, targets });
  }
  const trees: { readonly path: string; readonly tree: BakeFile }[] = [];
  for (const path of paths.filter((one) => !isComposeName(one))) {
    const found = files.read(path);
    if (found?.kind !== 'text') {
      note(
        machine,
        input.place,
        found === undefined ? `there is no file ${path}` : `${path} cannot be read: ${found.reason}`,
      );
      continue;
    }
    read.push(path);
    const tree = path.endsWith('.json') ? parseBakeJson(found.text) : parseBake(found.text);
    for (const { at, message } of tree.problems) note(machine, { file: path, ...at }, message);
    trees.push({ path, tree });
  }
  if (read.length === 0) return undefined;
  for (const { path, tree } of trees) declare(machine, path, tree);
  validate(machine);
  for (const [name, { file, item }] of machine.attributes)
    variable(machine, { file, names: new Map(), when: machine.space.true }, name, item.nameSpan);
  for (const blocks of machine.blocks.values()) {
    for (const block of blocks) {
      if (block.item.type === 'group') {
        const group = groupOf(machine, block);
        if (group !== undefined) groups.push(group);
      } else if (block.item.type === 'target') {
        const made = targetDefinitions(machine, block);
        definitions.push(...made.definitions);
        if (made.group !== undefined) groups.push(made.group);
      }
    }
  }
  return { definitions, groups, settings: input.set };
}

function declare(machine: Machine, file: string, { body }: BakeFile): void {
  for (const item of body.attributes) machine.attributes.set(item.name, { file, item });
  for (const item of body.blocks) {
    const label = item.labels[0]?.text ?? '';
    if (item.type === 'variable') machine.variables.set(label, { file, item });
    else if (item.type === 'function') machine.functions.set(label, { file, item });
    const key = `${item.type} ${label}`;
    machine.blocks.set(key, [...(machine.blocks.get(key) ?? []), { file, item }]);
  }
}

/** What people may call by name: all that a group names, and targets that are no mere bases of others. */
function entryNames(machine: Machine, configuration: Configuration): readonly string[] {
  const names = targetNames(configuration);
  const grouped = new Set(
    configuration.groups.flatMap((group) => namesIn(machine, group.targets, names).map(({ item }) => item)),
  );
  const bases = new Set(
    configuration.definitions.flatMap(({ inherits }) =>
      inherits === undefined ? [] : namesIn(machine, inherits, names).map(({ item }) => item),
    ),
  );
  const builds = (name: string): boolean =>
    configuration.definitions.some(
      (one) =>
        one.name === name && ['tags', 'output', 'target', 'dockerfile', 'context'].some((slot) => one.slots.has(slot)),
    );
  return names.filter(
    (name) =>
      grouped.has(name) ||
      (!name.startsWith('_') && !name.startsWith('docker-metadata-action') && (!bases.has(name) || builds(name))),
  );
}

/** A bake file as an entry point: every variable is an input, and everything that can be called is built. */
export function evaluateBakeFile(
  file: string,
  files: Files,
  texts: Texts,
  composeTargets?: (path: string) => readonly BakeTarget[],
): Caller {
  const { space } = texts;
  const folder = folderOf(file);
  const found = bakeFilesIn(files, folder);
  const own = found.filter((path) => !isComposeName(path));
  // Files that bake merges are one entry point: the first of them.
  const paths = own.includes(file) ? (own[0] === file ? (composeTargets === undefined ? own : found) : []) : [file];
  const environment: EnvironmentOf = (name) => {
    if (name.endsWith('_JSON')) return undefined;
    const selector = space.input(name);
    const set: Condition = space.not(space.is(selector, undefined));
    return { set, text: texts.answer(selector) };
  };
  const standing: Standing = {
    texts,
    files,
    folder,
    when: space.true,
    chain: [],
    evidence: [],
    development: false,
    depth: 0,
  };
  const place = { file, start: 0, end: 0 };
  const none: Delivered = { builds: [], deployments: [], promotions: [], notes: [], files: [] };
  const input: BakeInput = {
    paths,
    standing,
    place,
    environment,
    targets: [],
    set: [],
    variables: new Map(),
    ...(composeTargets === undefined ? {} : { composeTargets }),
  };
  const delivered = paths.length === 0 ? none : evaluateWith(input, true);
  return { file, kind: 'bake', texts, ...delivered, files: [file, ...delivered.files.filter((path) => path !== file)] };
}
