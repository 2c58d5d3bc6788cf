import { environmentOf, isSelectorName } from '../../knowledge/environments.js';
import type {
  GeneratedDockerfile,
  ImageBuild,
  ImageTag,
  PassedArgument,
  WrittenArgument,
} from '../../model/delivery.js';
import { normalizePath } from '../../text/files.js';
import type { Place } from '../../text/span.js';
import type { Condition, Guarded } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import type { Standing } from '../delivery/delivered.js';
import { evaluateGenerated } from '../delivery/generated.js';
import type { Located } from './definition.js';
import { textOf } from './evaluate.js';
import { type Machine, note } from './machine.js';
import type { ResolvedTarget } from './target.js';
import type { BakeValue } from './value.js';

/** At most so many builds of one target are told apart. */
const BUILD_LIMIT = 64;

interface Said {
  readonly text: Text;
  readonly place: Place;
  readonly rooted: boolean;
  readonly written?: WrittenArgument | undefined;
}

interface Part {
  readonly when: Condition;
  readonly said: ReadonlyMap<string, Said>;
}

type Slot = readonly Guarded<Located>[];

/** The builds of a target: one for each combination of texts, with the condition under which it is that one. */
export function buildsOf(
  machine: Machine,
  target: ResolvedTarget,
  when: Condition,
  standing: Standing,
): readonly ImageBuild[] {
  const { space, texts } = machine;
  let parts: readonly Part[] = [{ when: space.and(when, space.and(target.when, machine.alive)), said: new Map() }];
  if (parts[0]?.when === space.false) return [];
  const refine = (key: string, all: readonly Guarded<Said>[]): void => {
    let rest = space.true;
    for (const one of all) rest = space.and(rest, space.not(one.when));
    const next: Part[] = [];
    for (const part of parts) {
      for (const one of all) {
        const both = space.and(part.when, one.when);
        if (both !== space.false) next.push({ when: both, said: new Map([...part.said, [key, one.item]]) });
      }
      const none = space.and(part.when, rest);
      if (none !== space.false) next.push({ ...part, when: none });
    }
    if (next.length <= BUILD_LIMIT) {
      parts = next;
      return;
    }
    const first = all[0]?.item;
    if (first === undefined) return;
    note(
      machine,
      target.place,
      `the target ${target.name} differs in more ways than are told apart; what differs too much is unknown`,
    );
    let set = space.false;
    for (const one of all) set = space.or(set, one.when);
    const inputs = space.selectorsOf(
      all.reduce((mask, one) => mask | one.item.text.mask | (one.when.kind === 'choice' ? one.when.mask : 0n), 0n),
    );
    parts = parts.map((part) => ({
      ...part,
      said: new Map([...part.said, [key, { ...first, text: texts.symbol(`${target.name} ${key}`, inputs) }]]),
    }));
    if (key.startsWith('args.')) sets.set(key, set);
  };
  const sets = new Map<string, Condition>();
  const argument = (name: string): void => {
    const all = alternatives(machine, target.arguments.get(name) ?? []);
    const [only] = all;
    // One text that some environments do not pass needs no builds of its own.
    if (only === undefined || all.length > 1) refine(`args.${name}`, all);
    else {
      sets.set(`args.${name}`, only.when);
      parts = parts.map((part) => ({ ...part, said: new Map([...part.said, [`args.${name}`, only.item]]) }));
    }
  };
  const inline = whole(machine, target.slots.get('dockerfile-inline') ?? []);
  for (const key of ['dockerfile', 'context', 'target'])
    refine(key, alternatives(machine, target.slots.get(key) ?? []));
  const count = refineTags(machine, target.slots.get('tags') ?? [], refine);
  const names = [...target.arguments.keys()];

  for (const name of names.filter(isSelectorName)) argument(name);
  for (const name of names.filter((one) => !isSelectorName(one))) argument(name);
  for (const name of target.contexts.keys())
    refine(`contexts.${name}`, alternatives(machine, target.contexts.get(name) ?? []));
  const pushes = pushedWhere(machine, target);
  const yes: Said = { text: texts.literal('true'), place: target.place, rooted: false };
  refine('pushed', [{ when: pushes, item: yes }]);
  const built = parts.map((part) => toBuild(machine, target, part, count, sets, inline, standing));
  const written = inline === undefined ? undefined : generatedFor(machine, target, inline, built, standing);
  return written === undefined ? built : built.map((build) => ({ ...build, generated: written }));
}

/** A text in all environments, and where it is there. */
interface Whole extends Said {
  readonly set: Condition;
}

function whole(machine: Machine, slot: Slot): Whole | undefined {
  const { space, texts } = machine;
  let found: Whole | undefined;
  for (const { when, item } of alternatives(machine, slot))
    found =
      found === undefined
        ? { ...item, set: when }
        : { ...item, text: texts.pick(when, item.text, found.text), set: space.or(found.set, when) };
  return found;
}

/** The Dockerfile that stands in the bake file, in all its forms. */
function generatedFor(
  machine: Machine,
  target: ResolvedTarget,
  { text, place }: Whole,
  builds: readonly ImageBuild[],
  { files }: Standing,
): GeneratedDockerfile | undefined {
  const { texts, space } = machine;
  const [first] = builds;
  const stage = first?.target === undefined ? undefined : texts.constant(first.target);
  // A Dockerfile whose stage differs is a build for each.
  if (first === undefined || builds.some((build) => build.target !== first.target)) return undefined;
  if (first.target !== undefined && stage === undefined) return undefined;
  const folder = first.context === undefined ? '' : (texts.constant(first.context) ?? '');
  const made = evaluateGenerated({
    texts,
    files,
    path: folder === '' ? 'Dockerfile' : `${folder}/Dockerfile`,
    written: { text, place, source: place },
    when: builds.reduce<Condition>((all, { when }) => space.or(all, when), space.false),
    target: stage,
    arguments: [...target.arguments].flatMap(([name, slot]): readonly PassedArgument[] => {
      const one = whole(machine, slot);
      return one === undefined ? [] : [{ name, place: one.place, set: one.set, text: one.text }];
    }),
  });
  machine.notes.push(...made.notes);
  return made.dockerfile;
}

/** The texts of a slot, each with its condition; null is none. */
function alternatives(machine: Machine, slot: Slot): readonly Guarded<Said>[] {
  return slot.flatMap(({ when, item: { value, place, rooted, written } }) =>
    textsOf(machine, value, when, place, rooted).map((one) => ({ ...one, item: { ...one.item, written } })),
  );
}

function textsOf(
  machine: Machine,
  value: BakeValue,
  when: Condition,
  place: Place,
  rooted: boolean,
): readonly Guarded<Said>[] {
  const { space, texts, data } = machine;
  const there = space.and(
    when,
    space.map(value, ({ kind }) => kind !== 'null'),
  );
  if (there === space.false) return [];
  const scope = { file: place.file, names: new Map<string, BakeValue>(), when: there };
  const text = textOf(machine, scope, space.assume(value, there), place);
  const flat = texts.flatten(text);
  if (flat === undefined) {
    note(machine, place, 'this differs in more ways than are told apart; it is unknown');
    const { inputs, source } = data.about([value]);
    return [
      { when: there, item: { text: texts.symbol(`${place.file}:${place.start}`, inputs, source), place, rooted } },
    ];
  }
  return space
    .leaves(flat)
    .map((leaf) => ({ when: space.and(there, leaf.when), item: { text: leaf.item, place, rooted } }))
    .filter((leaf) => leaf.when !== space.false);
}

/** Each tag is a text of its own; the number of tags that there are at most. */
function refineTags(
  machine: Machine,
  slot: Slot,
  refine: (key: string, all: readonly Guarded<Said>[]) => void,
): number {
  const { space, data } = machine;
  const columns: Guarded<Said>[][] = [];
  for (const { when, item } of slot) {
    for (const leaf of space.leaves(item.value)) {
      const under = space.and(when, leaf.when);
      if (under === space.false) continue;
      const items =
        leaf.item.kind === 'list' ? leaf.item.items : leaf.item.kind === 'null' ? [] : [data.space.one(leaf.item)];
      items.forEach((one, at) => {
        const place = item.items.length === items.length ? (item.items[at] ?? item.place) : item.place;
        const column = (columns[at] ??= []);
        column.push(...textsOf(machine, one, under, place, false));
      });
    }
  }
  for (const [at, column] of columns.entries()) refine(`tags.${at}`, column);
  return columns.length;
}

/** Where the image goes to a registry. */
function pushedWhere(machine: Machine, target: ResolvedTarget): Condition {
  const { space, texts, data } = machine;
  let pushed = space.false;
  const isPush = (value: BakeValue): Condition =>
    space.bind(value, (datum): Condition => {
      if (datum.kind === 'object') {
        const type = datum.entries.get('type');
        return type === undefined
          ? space.false
          : isPush(
              space.bind(type, (one) =>
                data.text(texts.concat(texts.literal('type='), data.textOf(one) ?? texts.empty)),
              ),
            );
      }
      const text = data.textOf(datum);
      if (text === undefined) return space.false;
      return (
        texts.matches(text, 'pushes', (one) => /(?:^|,)type=registry(?:,|$)|(?:^|,)push=true(?:,|$)/.test(one)) ??
        space.false
      );
    });
  for (const { when, item } of target.slots.get('output') ?? [])
    for (const leaf of space.leaves(item.value))
      for (const one of leaf.item.kind === 'list' ? leaf.item.items : [space.one(leaf.item)])
        pushed = space.or(pushed, space.and(space.and(when, leaf.when), isPush(one)));
  for (const { when, item } of alternatives(machine, target.slots.get('push') ?? []))
    pushed = space.or(pushed, space.and(when, texts.equal(item.text, texts.literal('true')) ?? space.false));
  return pushed;
}

function toBuild(
  machine: Machine,
  target: ResolvedTarget,
  part: Part,
  count: number,
  sets: ReadonlyMap<string, Condition>,
  inline: Whole | undefined,
  standing: Standing,
): ImageBuild {
  const { texts, space } = machine;
  const said = (key: string): Said | undefined => {
    const found = part.said.get(key);
    if (found === undefined) return undefined;
    const simpler = texts.assume(found.text, part.when);
    return simpler.flat ? { ...found, text: simpler } : found;
  };
  const tags: ImageTag[] = [];
  for (let at = 0; at < count; at += 1) {
    const tag = said(`tags.${at}`);
    // Bake drops empty tags and repeated ones.
    if (tag === undefined || tag.text === texts.empty || tags.some(({ text }) => text === tag.text)) continue;
    tags.push({ text: tag.text, place: tag.place });
  }
  const passed = [...target.arguments.keys()].flatMap((name): readonly PassedArgument[] => {
    const one = said(`args.${name}`);
    if (one === undefined) return [];
    const set = sets.get(`args.${name}`);
    return [
      {
        name,
        place: one.place,
        set: set === undefined ? space.true : space.assume(set, part.when),
        text: one.text,
        ...(one.written === undefined ? {} : { written: one.written }),
      },
    ];
  });
  const { context, dockerfile } = pathsOf(
    machine,
    target,
    said('context'),
    said('dockerfile'),
    inline !== undefined,
    standing.folder,
  );
  const stage = said('target')?.text;
  const kind = environmentOf(target.name);
  return {
    place: target.place,
    when: part.when,
    dockerfile,
    context,
    target: stage === texts.empty ? undefined : stage,
    arguments: passed,
    tags,
    contexts: [...target.contexts.keys()].flatMap((name) => {
      const one = said(`contexts.${name}`);
      return one === undefined ? [] : [{ name, value: one.text }];
    }),
    digest: undefined,
    evidence:
      kind === undefined
        ? standing.evidence
        : [...standing.evidence, { name: target.name, kind, source: 'target', place: target.place }],
    development: standing.development,
    pushed: part.said.has('pushed'),
    chain: standing.chain,
    by: `target ${target.name}`,
  };
}

function pathsOf(
  machine: Machine,
  target: ResolvedTarget,
  context: Said | undefined,
  file: Said | undefined,
  isInline: boolean,
  folder: string,
): { readonly context: Text | undefined; readonly dockerfile: Text } {
  const { texts } = machine;
  const unfollowed = texts.symbol(`the Dockerfile of ${target.name}`);
  const under = (base: Text, path: Text): Text | undefined => {
    const whole = texts.concat(base, texts.literal('/'), path);
    const constant = texts.constant(whole);
    if (constant === undefined) return base === texts.empty ? path : whole;
    const normal = normalizePath(constant);
    return normal === undefined ? undefined : texts.literal(normal);
  };
  const written = context?.text ?? texts.literal('.');
  const constant = texts.constant(written)?.replace(/^cwd:\/\//, '');
  const isElsewhere =
    constant !== undefined &&
    /^(?:-$|\/|[\w+.-]+:\/\/|git@|github\.com\/|target:|service:|docker-image:)/.test(constant);
  const path = constant === undefined ? written : texts.literal(constant);
  const at = isElsewhere ? undefined : under(context?.rooted === true ? texts.empty : texts.literal(folder), path);
  if (isInline) return { context: at, dockerfile: unfollowed };
  const name = file === undefined || file.text === texts.empty ? texts.literal('Dockerfile') : file.text;
  const plain = texts.constant(name);
  if (plain?.startsWith('cwd://') === true)
    return { context: at, dockerfile: under(texts.literal(folder), texts.literal(plain.slice(6))) ?? unfollowed };
  if (at === undefined || plain?.startsWith('/') === true || plain === '-')
    return { context: at, dockerfile: unfollowed };
  return { context: at, dockerfile: under(at, name) ?? unfollowed };
}
