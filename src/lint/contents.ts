/*
 * What an image contains when its arguments are these, and whether two builds of one Dockerfile make the same of it.
 *
 * A Dockerfile is evaluated once for all arguments, so what one caller builds is its values with the caller's answers put
 * in. Two builds differ where a value differs under equal answers to all that neither caller says: unknown arguments stay
 * open on both sides, so that ignorance is no difference.
 */
import { isNeverSelector } from '../knowledge/environments.js';
import type { Build } from '../model/build.js';
import type { BoundBuild } from '../model/delivery.js';
import type { Place } from '../text/span.js';
import { type Answer, type Condition, type Variational, YES } from '../value/diagram.js';
import { render, type Text } from '../value/text.js';
import type { Given } from './command.js';
import { type Environment, pathTo, type Value } from './divergence.js';
import { byKnownNames, isInput, type Selecting } from './environment.js';
import { commandLines, type Subject, subjectsOf } from './subjects.js';

/** Something of an image that two builds make in two ways; undefined: not at all. */
export interface Difference {
  readonly place: Place;
  readonly left: string | undefined;
  readonly right: string | undefined;
}

type Valued = Extract<Subject, { readonly kind: 'program' | 'dependencies' | 'steps' | 'files' | 'base' | 'setting' }>;

/** What of an image may differ between builds, with its value. */
interface Content {
  readonly subject: Valued;
  readonly value: Value;
}

const contents = new WeakMap<Build, readonly Content[]>();

/** Whatever callers pass counts by its effect, whether its name says an environment or not. */
const byEffect: Selecting = { ...byKnownNames, isEnvironmental: isInput };

function contentsOf(build: Build): readonly Content[] {
  const known = contents.get(build);
  if (known !== undefined) return known;
  const made = subjectsOf(build, byKnownNames).flatMap((subject): readonly Content[] => {
    if (!('value' in subject) || subject.kind === 'bundle') return [];
    const value =
      subject.kind === 'program' || (subject.kind === 'dependencies' && subject.readsDecide)
        ? commandLines(build, subject.members, true, byEffect)
        : subject.value;
    return value.kind === 'choice' ? [{ subject, value }] : [];
  });
  contents.set(build, made);
  return made;
}

/** What a build gives the Dockerfile's arguments: what it passes, and *unset* for all others. */
export function givenBy({ image, arguments: passed }: BoundBuild): Given {
  const given = new Map<string, Answer>();
  for (const { name } of image?.arguments ?? []) {
    // Another version or user is no other environment.
    if (isNeverSelector(name)) continue;
    const argument = passed.get(name);
    if (argument === undefined) given.set(name, undefined);
    else if (argument.kind === 'passed') given.set(name, argument.value);
  }
  return given;
}

/** A value where arguments have these answers. */
export function restrict<T>(value: Variational<T>, build: Build, given: Given): Variational<T> {
  const { space } = build.texts;
  let out = value;
  for (const [name, answer] of given) out = space.given(out, space.input(name), answer);
  return out;
}

/** Whether a build with these arguments gets through the Dockerfile at all. */
export function isBuildable(build: Build, given: Given): boolean {
  return restrict(build.feasible, build, given) !== build.texts.space.false;
}

/** What differs between two builds of one Dockerfile and stage, for certain; at most so many. */
export function differencesOf(build: Build, a: Given, b: Given, limit = 4): readonly Difference[] {
  const { space } = build.texts;
  // What one side does not know is open on both.
  const common = (given: Given, other: Given): Given => new Map([...given].filter(([name]) => other.has(name)));
  const [left, right] = [common(a, b), common(b, a)];
  const feasible = space.and(restrict(build.feasible, build, left), restrict(build.feasible, build, right));
  if (feasible === space.false) return [];
  const found: Difference[] = [];
  for (const { subject, value } of contentsOf(build)) {
    if (found.length >= limit) break;
    const [x, y] = [restrict(value, build, left), restrict(value, build, right)];
    if (x === y) continue;
    const differ: Condition = space.and(
      feasible,
      space.apply(x, y, (one, other) => one !== other),
    );
    if (differ === space.false) continue;
    const path = pathTo(space, differ);
    const [one, other] = [shown(build, x, path), shown(build, y, path)];
    if (one !== other) found.push({ place: subject.at, left: one, right: other });
  }
  return found;
}

function shown({ texts }: Build, value: Variational<Text | undefined>, path: Environment): string | undefined {
  let node = value;
  for (let turn = 0; node.kind === 'choice' && turn < 1000; turn += 1) {
    const { selector } = node;
    const answer = path.has(selector) ? path.get(selector) : selector.kind === 'input' ? undefined : YES;
    const next = texts.space.given(node, selector, answer);
    node = next === node ? node.otherwise : next;
  }
  return node.kind === 'one' && node.value !== undefined ? render(node.value) : undefined;
}
