/*
 * Variables of GitLab jobs, the weakest first: predefined, the file's `variables:`, those of workflow rules, the job's,
 * those of the rule that matched, the matrix. What nobody defines may be set in GitLab's own settings or by who starts the
 * pipeline: an input.
 *
 * The kind of pipeline is told by three inputs that must agree: a tag pipeline has no branch, a branch pipeline no tag, a
 * merge request pipeline neither. `world` is the condition that they do.
 */
import { isNeverSelector } from '../../knowledge/environments.js';
import { yamlEntries, yamlGet, yamlItems, yamlText } from '../../syntax/yaml/read.js';
import type { YamlNode } from '../../syntax/yaml/tree.js';
import type { Condition, Selector } from '../../value/diagram.js';
import { inputsOf, type Text, type Texts } from '../../value/text.js';
import { SYSTEM } from '../pipeline/environment.js';
import type { Binding } from '../shell/index.js';

/** The inputs that say what a pipeline is for. */
export interface World {
  readonly texts: Texts;
  readonly branch: Selector;
  readonly tag: Selector;
  readonly source: Selector;
  readonly usual: Selector;
  /** Where the inputs agree. */
  readonly possible: Condition;
  readonly mergeRequest: Condition;
  readonly hasTag: Condition;
  readonly hasBranch: Condition;
  /** Variables that a pipeline is started with; stronger than all others. */
  readonly given: ReadonlyMap<string, Binding>;
}

/** The pipelines that a file may be run for; `source` is what its texts say, to see which inputs matter. */
export function worldOf(texts: Texts, source: string, given: ReadonlyMap<string, Binding>): World {
  const { space } = texts;
  const usual = space.input('CI_DEFAULT_BRANCH');
  const origin = space.input('CI_PIPELINE_SOURCE');
  const branch = space.input('CI_COMMIT_BRANCH');
  const tag = space.input('CI_COMMIT_TAG');
  const mergeRequest = space.is(origin, 'merge_request_event');
  const [noTag, noBranch] = [space.is(tag, undefined), space.is(branch, undefined)];
  const hasTag = space.not(space.is(tag, undefined, ''));
  const hasBranch = space.not(space.is(branch, undefined, ''));
  const oneOf = space.or(space.and(hasTag, noBranch), space.and(noTag, hasBranch));
  let possible = space.pick(mergeRequest, space.and(noTag, noBranch), oneOf);
  possible = space.and(possible, space.not(space.is(origin, undefined, '')));
  if (source.includes('CI_DEFAULT_BRANCH')) {
    possible = space.and(possible, space.not(space.is(usual, undefined, '')));
    // Two answers are compared exactly where they are mentioned, so what any rule mentions comes first.
    for (const [, name] of source.matchAll(/[!=]=\s*["']([\w./-]+)["']/g)) branch.mentioned.add(name);
    for (const name of ['main', 'master']) usual.mentioned.add(name);
    for (const name of branch.mentioned) usual.mentioned.add(name);
  }
  return { texts, branch, tag, source: origin, usual, possible, mergeRequest, hasTag, hasBranch, given };
}

/** A value of a variable that counts under a condition. */
export interface Definition {
  readonly when: Condition;
  readonly value: string;
  /** False for `expand: false`. */
  readonly expand: boolean;
  /** The values that whoever starts a pipeline may choose from; undefined when the value is fixed. */
  readonly options: readonly string[] | undefined;
}

/** Definitions by name, the weakest first. */
export type Definitions = ReadonlyMap<string, readonly Definition[]>;

/** The entries of a `variables:` map under a condition. */
export function definitionsOf(node: YamlNode | undefined, when: Condition): Definitions {
  const found = new Map<string, readonly Definition[]>();
  for (const { key, value } of yamlEntries(node)) {
    const written = value.kind === 'map' ? yamlText(yamlGet(value, 'value')) : (yamlText(value) ?? '');
    const options = yamlItems(yamlGet(value, 'options')).map((option) => yamlText(option) ?? '');
    const asked = value.kind === 'map' && (options.length > 0 || yamlGet(value, 'description') !== undefined);
    if (written === undefined && !asked) continue;
    const expand = yamlText(yamlGet(value, 'expand')) !== 'false';
    found.set(key.text.text, [{ when, value: written ?? '', expand, options: asked ? options : undefined }]);
  }
  return found;
}

/** Definitions over weaker ones. */
export function layered(...layers: readonly Definitions[]): Definitions {
  const all = new Map<string, readonly Definition[]>();
  for (const layer of layers)
    for (const [name, definitions] of layer) all.set(name, [...(all.get(name) ?? []), ...definitions]);
  return all;
}

/** Looks variables up. */
export type Lookup = (name: string) => Binding | undefined;

/** The variables that a job sees; `own` are those of the job itself, such as its name. */
export function lookupOf(world: World, definitions: Definitions, own: ReadonlyMap<string, Binding>): Lookup {
  const { texts } = world;
  const { space } = texts;
  const known = new Map<string, Binding | undefined>();
  const open = new Set<string>();
  const lookup: Lookup = (name) => {
    if (known.has(name)) return known.get(name);
    const base = world.given.get(name) ?? own.get(name) ?? predefined(world, name);
    // A variable that names itself has the value that it would have without the definition.
    if (open.has(name)) return base;
    open.add(name);
    let made = base;
    for (const { when, value, expand, options } of world.given.has(name) ? [] : (definitions.get(name) ?? [])) {
      let text = expand ? expanded(texts, value, lookup) : texts.literal(value);
      if (options !== undefined) text = chosen(texts, name, options, text);
      const under = made ?? UNSET(texts);
      made = {
        set: space.or(when, under.set),
        text: texts.pick(when, text, under.text),
        exported: space.or(when, under.exported),
      };
    }
    open.delete(name);
    known.set(name, made);
    return made;
  };
  return lookup;
}

const UNSET = (texts: Texts): Binding => ({ set: texts.space.false, text: texts.empty, exported: texts.space.false });

/** What somebody who starts a pipeline by hand may choose; all else leaves the default. */
function chosen(texts: Texts, name: string, options: readonly string[], fallback: Text): Text {
  const { space } = texts;
  const selector = space.input(name);
  if (options.length === 0) return texts.pick(space.is(selector, undefined), fallback, texts.answer(selector));
  return texts.from(
    space.choice(
      selector,
      options.map((option) => [option, space.one(texts.literal(option))] as const),
      space.one(fallback),
    ),
  );
}

/** A text with its `$NAME` and `${NAME}` replaced. */
export function expanded(texts: Texts, value: string, lookup: Lookup): Text {
  if (!value.includes('$')) return texts.literal(value);
  const parts: Text[] = [];
  let at = 0;
  for (const found of value.matchAll(/\$\$|\$(\w+)|\$\{(\w+)\}/g)) {
    parts.push(texts.literal(value.slice(at, found.index)));
    at = found.index + found[0].length;
    const name = found[1] ?? found[2];
    parts.push(name === undefined ? texts.literal('$') : (lookup(name)?.text ?? texts.empty));
  }
  parts.push(texts.literal(value.slice(at)));
  return texts.concat(...parts);
}

/** Lower case, at most 63 characters, all but letters and digits a hyphen: `CI_COMMIT_REF_SLUG`. */
export function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
}

/** Variables that a pipeline of some kinds only has, or a project with certain settings. */
const SOMETIMES =
  /^CI_(?:OPEN_MERGE_REQUESTS|DEPLOY_|ENVIRONMENT_|EXTERNAL_PULL_REQUEST_|KUBERNETES_ACTIVE|DISPOSABLE)/;

function predefined(world: World, name: string): Binding | undefined {
  const { texts, branch, tag, source, usual } = world;
  const { space } = texts;
  if (!/^[A-Za-z_]\w*$/.test(name) || name === 'IFS') return undefined;
  const of = (set: Condition, text: Text): Binding => ({
    set,
    text: texts.pick(set, text, texts.empty),
    exported: set,
  });
  const fixed = (text: string): Binding => of(space.true, texts.literal(text));
  const request = (): Text => texts.symbol('$CI_MERGE_REQUEST_SOURCE_BRANCH_NAME');
  const reference = (): Text =>
    texts.pick(
      space.is(tag, undefined),
      texts.pick(space.is(branch, undefined), request(), texts.answer(branch)),
      texts.answer(tag),
    );
  switch (name) {
    case 'CI':
    case 'GITLAB_CI':
      return fixed('true');
    // The project's root is `/` to scripts.
    case 'CI_PROJECT_DIR':
      return fixed('/');
    case 'CI_COMMIT_TAG':
      return of(space.not(space.is(tag, undefined)), texts.answer(tag));
    case 'CI_COMMIT_BRANCH':
      return of(space.not(space.is(branch, undefined)), texts.answer(branch));
    case 'CI_PIPELINE_SOURCE':
      return of(space.true, texts.answer(source));
    case 'CI_DEFAULT_BRANCH':
      return of(space.true, texts.answer(usual));
    case 'CI_COMMIT_REF_NAME':
    case 'CI_BUILD_REF_NAME':
      return of(space.true, reference());
    case 'CI_COMMIT_REF_SLUG':
    case 'CI_BUILD_REF_SLUG': {
      const slug = texts.transform(reference(), 'slug', slugOf);
      return of(space.true, slug ?? texts.symbol(`$${name}`, inputsOf(reference())));
    }
    case 'CI_COMMIT_SHA':
    case 'CI_COMMIT_SHORT_SHA':
      return of(space.true, texts.symbol(`$${name}`, undefined, 'checkout'));
    default:
      break;
  }
  const symbol = texts.symbol(`$${name}`);
  if (/^CI_MERGE_REQUEST_/.test(name)) return of(world.mergeRequest, symbol);
  if (SOMETIMES.test(name)) return of(space.holds(space.opaque(`${name} is set`)), symbol);
  if (/^(?:CI_|GITLAB_)/.test(name) || SYSTEM.test(name)) return of(space.true, symbol);
  const selector = space.input(name);
  const set = space.not(space.is(selector, undefined));
  // A version or a password is no choice of an environment, wherever it comes from.
  return isNeverSelector(name) ? of(set, texts.pick(set, symbol, texts.empty)) : of(set, texts.answer(selector));
}

/** A variable's value that is the same in every environment. */
export function constantBinding(texts: Texts, text: Text): Binding {
  return { set: texts.space.true, text, exported: texts.space.true };
}
