/*
 * From what callers ask for to what Dockerfiles make of it: each request is bound to the Dockerfile that it names, once for
 * each environment of the caller that decides about its arguments, its stage or its file.
 *
 * Callers and Dockerfiles have spaces of their own; what passes between them is constants. An argument whose value is not
 * known in the caller (`$VERSION`, a secret) is unknown to the Dockerfile as well.
 */
import { environmentOf, isBuildToggle, isEnvironmentSelector, isNeverSelector } from '../../knowledge/environments.js';
import type { Build } from '../../model/build.js';
import {
  type BoundArgument,
  type BoundBuild,
  type Caller,
  type Evidence,
  type GeneratedDockerfile,
  type ImageBuild,
  type PassedArgument,
  SOURCES,
} from '../../model/delivery.js';
import { type Files, folderOf } from '../../text/files.js';
import { type Answer, type Condition, type Selector, supportOf } from '../../value/diagram.js';
import { render, type Text, type Texts } from '../../value/text.js';
import { type Form, formOf } from './generated.js';

/** Evaluates Dockerfiles for a stage; undefined when there is no such file or stage. */
export interface ImageSource {
  of(dockerfile: string, target: string | undefined): Build | undefined;
  /** The same for one that a caller writes. */
  written(form: Form, target: string | undefined): Build | undefined;
}

/** A request may be bound in so many environments of its caller. */
const ENVIRONMENTS = 32;

/** Binds all requests of a caller. */
export function bindBuilds(caller: Caller, files: Files, images: ImageSource): readonly BoundBuild[] {
  return caller.builds.flatMap((request) => bindRequest(caller, request, files, images));
}

function bindRequest(caller: Caller, request: ImageBuild, files: Files, images: ImageSource): readonly BoundBuild[] {
  const bound = new Map<string, BoundBuild>();
  const forms: (Build | undefined)[] = [];
  for (const answers of environmentsOf(caller, request, files, images)) {
    const one = bindIn(caller, request, answers, files, images);
    if (one === undefined) continue;
    if (!forms.includes(one.image)) forms.push(one.image);
    // Environments that ask for the same are one.
    const key = JSON.stringify([
      one.dockerfile,
      forms.indexOf(one.image),
      one.target,
      [...one.arguments].map(([name, argument]) => [name, argument.kind === 'passed' ? argument.value : argument.text]),
      one.tags.map(({ text }) => text.id),
    ]);
    if (!bound.has(key)) bound.set(key, one);
  }
  return [...bound.values()];
}

/** Stands for any answer that nobody mentions: whoever gives the selector something else gets something else. */
const OPEN: unique symbol = Symbol('open');

/** An answer that nobody can give, to ask where a condition holds for any that nobody mentions. */
const UNMENTIONED = '\0';

type Given = Answer | typeof OPEN;
type Answers = ReadonlyMap<Selector, Given>;

/** The environments of a caller that decide about a request. */
function environmentsOf(caller: Caller, request: ImageBuild, files: Files, images: ImageSource): readonly Answers[] {
  const texts = decidingTexts(request);
  const conditions = [request.when, ...request.arguments.map(({ set }) => set)];
  const selectors = new Set<Selector>();
  const add = (selector: Selector): void => {
    const root = selector.about === undefined ? selector : selector.about.selector;
    // Which version or registry is passed is no environment, and stays open.
    if (root.kind === 'input' && !isNeverSelector(root.name)) selectors.add(root);
  };
  for (const text of texts) for (const selector of text.holds) add(selector);
  for (const condition of conditions) for (const selector of supportOf(condition)) add(selector);
  const path = fileOf(caller, withoutAnswers(request.dockerfile, selectors), request.context, files);
  const image = path === undefined ? undefined : images.of(path, undefined);
  const { space } = caller.texts;
  let environments: readonly Environment[] = [{ answers: new Map(), when: request.when }];
  const byWeight = [...selectors].sort((a, b) => Number(decides(b)) - Number(decides(a)) || a.order - b.order);
  for (const selector of byWeight) {
    const all = candidatesOf(selector, caller, request, image, files);
    const split = (onlyOne: boolean): readonly Environment[] =>
      environments.flatMap(({ answers, when }) => {
        const possible = all.flatMap((answer): readonly Environment[] => {
          const rest = space.given(when, selector, answer === OPEN ? UNMENTIONED : answer);
          return rest === space.false ? [] : [{ answers: new Map([...answers, [selector, answer]]), when: rest }];
        });
        // A ref that only has to match a pattern is none that anybody mentions.
        if (possible.length === 0) return [{ answers: new Map([...answers, [selector, OPEN]]), when }];
        // What says no environment is as it is when nobody gives it anything, or as the build needs it.
        return onlyOne ? possible.slice(0, 1) : possible;
      });
    const every = decides(selector) ? split(false) : undefined;
    environments = every === undefined || every.length > ENVIRONMENTS ? split(true) : every;
  }
  return environments.map(({ answers }) => answers);
}

/** A text where nobody gives anything. */
function withoutAnswers(text: Text, selectors: ReadonlySet<Selector>): Text {
  let out = text;
  for (const selector of selectors) out = out.given(selector, undefined);
  return out;
}

interface Environment {
  readonly answers: Answers;
  /** Where the build is asked for in this environment. */
  readonly when: Condition;
}

function decides({ name, mentioned }: Selector): boolean {
  if (isNeverSelector(name)) return false;
  return (
    isEnvironmentSelector(name) ||
    isBuildToggle(name) ||
    [...mentioned].some((answer) => answer !== undefined && environmentOf(answer) !== undefined)
  );
}

/** Texts whose answers decide what is built. */
function decidingTexts(request: ImageBuild): readonly Text[] {
  return [
    request.dockerfile,
    ...(request.target === undefined ? [] : [request.target]),
    ...request.arguments.map(({ text }) => text),
    ...(request.generated === undefined ? [] : [request.generated.written.text]),
  ];
}

/**
 * What a selector may be: what the caller mentions, what the Dockerfile asks for where the answer is passed on as it is,
 * and what leads to a Dockerfile or a stage that is there.
 */
function candidatesOf(
  selector: Selector,
  caller: Caller,
  request: ImageBuild,
  image: Build | undefined,
  files: Files,
): readonly Given[] {
  const answers = new Set<Given>([undefined]);
  for (const answer of selector.mentioned) if (answer !== '') answers.add(answer);
  // `ENV := production` asks nobody: whoever calls `make ENV=testing` all the same is a caller of their own.
  const asks = caller.settled?.has(selector.name) !== true;
  for (const { name, text } of asks ? request.arguments : []) {
    const [piece, another] = text.pieces;
    if (
      piece?.kind !== 'answer' ||
      another !== undefined ||
      piece.selector !== selector ||
      piece.derivation !== undefined
    )
      continue;
    for (const answer of image?.texts.space.input(name).mentioned ?? []) if (answer !== '') answers.add(answer);
  }
  const stages = image?.stages.flatMap(({ name }) => name ?? []) ?? [];
  const chosen = [
    ...answersLeadingTo(caller.texts, request.dockerfile, selector, (folder) => files.list(folder) ?? []),
    ...(request.target === undefined ? [] : answersLeadingTo(caller.texts, request.target, selector, () => stages)),
  ];
  for (const answer of chosen) answers.add(answer);
  // Any other answer leads to nothing that is there.
  if (asks && isEnvironmentSelector(selector.name) && chosen.length === 0) answers.add(OPEN);
  return [...answers];
}

/** The answers with which a text is one of these names: `dev` for `Dockerfile.$(ENV)` where there is a Dockerfile.dev. */
function answersLeadingTo(
  texts: Texts,
  text: Text,
  selector: Selector,
  namesIn: (folder: string) => readonly string[],
): readonly string[] {
  const flat = text.holds.has(selector) ? texts.flatten(text) : undefined;
  if (flat === undefined) return [];
  const found = new Set<string>();
  for (const { item } of texts.space.leaves(flat)) {
    const at = item.pieces.findIndex((piece) => piece.kind === 'answer' && piece.selector === selector);
    if (at === -1) continue;
    const before = texts.constant(texts.join(item.pieces.slice(0, at)));
    const after = texts.constant(texts.join(item.pieces.slice(at + 1)));
    if (before === undefined || after === undefined) continue;
    const start = before.slice(before.lastIndexOf('/') + 1);
    for (const name of namesIn(folderOf(before))) {
      const answer = name.slice(start.length, name.length - after.length);
      if (/^[\w-]+$/.test(answer) && texts.constant(item.given(selector, answer)) === `${folderPrefix(before)}${name}`)
        found.add(answer);
    }
  }
  return [...found];
}

/** The folder of a path with its slash; `` for a name alone. */
function folderPrefix(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function bindIn(
  caller: Caller,
  request: ImageBuild,
  answers: Answers,
  files: Files,
  images: ImageSource,
): BoundBuild | undefined {
  const { texts } = caller;
  const { space } = texts;
  const condition = (when: Condition): Condition => {
    let out = when;
    for (const [selector, answer] of answers) if (answer !== OPEN) out = space.given(out, selector, answer);
    return out;
  };
  const known = (text: Text): Text => {
    let out = text;
    for (const [selector, answer] of answers) if (answer !== OPEN) out = out.given(selector, answer);
    return out;
  };
  // Prefixes and the like are as they are when nobody gives them anything; versions and registries stay open.
  const named = (text: Text): Text => {
    let out = known(text);
    for (const selector of out.holds)
      if (selector.kind === 'input' && !answers.has(selector) && !isNeverSelector(selector.name))
        out = out.given(selector, undefined);
    return out;
  };
  if (condition(request.when) === space.false) return undefined;
  const path = fileOf(caller, known(request.dockerfile), request.context, files);
  const wanted = request.target === undefined ? undefined : known(request.target);
  const target = wanted === undefined ? undefined : (texts.constant(wanted) ?? render(wanted));
  const stage = target === '' ? undefined : target;
  // What stands in the project is not what is built where the caller writes the file itself.
  const { generated } = request;
  const form = generated === undefined ? undefined : formOf(texts, generated, named(generated.written.text));
  const inProject = generated !== undefined || path === undefined ? undefined : images.of(path, stage);
  const image = form === undefined ? inProject : images.written(form, stage);
  const bind = (list: readonly PassedArgument[]): Map<string, BoundArgument> => {
    const bound = new Map<string, BoundArgument>();
    for (const { name, place, set, text, written, replaces } of list) {
      const there = condition(set);
      if (there === space.false) {
        bound.delete(name);
        continue;
      }
      const value = known(text);
      const constant = there === space.true ? texts.constant(value) : undefined;
      const common = {
        place,
        ...(written === undefined ? {} : { written }),
        ...(replaces === undefined ? {} : { replaces }),
      };
      bound.set(
        name,
        constant === undefined
          ? { kind: 'unknown', text: render(value), ...common }
          : { kind: 'passed', value: constant, ...common },
      );
    }
    return bound;
  };
  const passed = bind(request.arguments);
  const clientVariables = bind(request.clientVariables ?? []);
  for (const name of passed.keys()) clientVariables.delete(name);
  const said = new Map(
    [...answers].flatMap(([selector, answer]) =>
      answer === undefined || answer === OPEN ? [] : [[selector.name, answer] as const],
    ),
  );
  return {
    caller,
    request,
    answers: said,
    dockerfile: generated === undefined ? (path ?? render(known(request.dockerfile))) : nameOf(generated),
    image,
    target: stage,
    arguments: passed,
    clientVariables,
    tags: request.tags.map((tag) => ({ ...tag, text: named(tag.text) })),
    evidence: evidenceOf(request, passed),
  };
}

/** A Dockerfile that is not there, for people; no file has this name. */
function nameOf({ path, written }: GeneratedDockerfile): string {
  return `${path} (written in ${written.place.file})`;
}

/** The Dockerfile: where the request says, or below the context. Which folder a script is run in is not in the script. */
function fileOf(
  { texts, kind, file }: Caller,
  dockerfile: Text,
  context: Text | undefined,
  files: Files,
): string | undefined {
  const path = texts.constant(dockerfile);
  if (path === undefined) return undefined;
  const folder = context === undefined ? undefined : texts.constant(context);
  const places = [path, ...(folder === undefined || folder === '' ? [] : [`${folder}/${path}`])];
  if (kind === 'script') {
    const own = folderOf(file);
    const inside = path.startsWith(`${own}/`) ? path.slice(own.length + 1) : path;
    for (let above = folderOf(own); own !== ''; above = folderOf(above)) {
      places.push(above === '' ? inside : `${above}/${inside}`);
      if (above === '') break;
    }
  }
  // Podman and buildah look for a Containerfile, too.
  const names = places.flatMap((place) => [place, place.replace(/(^|\/)Dockerfile$/, '$1Containerfile')]);
  return names.find((name) => files.read(name)?.kind === 'text');
}

function evidenceOf(request: ImageBuild, passed: ReadonlyMap<string, BoundArgument>): readonly Evidence[] {
  const own = [...passed].flatMap(([name, argument]): readonly Evidence[] => {
    if (argument.kind !== 'passed' || !isEnvironmentSelector(name)) return [];
    const kind = environmentOf(argument.value);
    return kind === undefined ? [] : [{ name: argument.value, kind, source: 'build argument', place: argument.place }];
  });
  const all = [...own, ...request.evidence.filter(({ source }) => source !== 'build argument' || own.length === 0)];
  return all.sort((a, b) => SOURCES.indexOf(a.source) - SOURCES.indexOf(b.source));
}
