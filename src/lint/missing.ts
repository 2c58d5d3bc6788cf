/*
 * Build arguments that a Dockerfile needs and that a caller does not pass.
 *
 * An `ARG X` without a default is empty where nobody passes X. That is a default like any other as long as the Dockerfile
 * reckons with it: `${X:-prod}`, `if [ -n "$X" ]`, `go build $FLAGS`. It is a *hole* where the text is the one with a value,
 * less the value: `npm run build:`, `COPY config/.yaml`, `FROM node:`. So each text that ships is taken with a mark for the
 * value and with nothing, and compared; how `$X` is written does not matter.
 *
 * A hole is *broken* where what is left is no name any more. It is *blank* where an empty text is as good as any other to
 * the command (`-X main.env=`, an inlined variable), which only counts where another caller shows that a value is meant.
 */
import { isNeverSelector } from '../knowledge/environments.js';
import { takesValue } from '../knowledge/tools.js';
import type { Build, CommandStep, Step } from '../model/build.js';
import { copyParts } from '../model/build.js';
import type { BoundBuild } from '../model/delivery.js';
import type { Place } from '../text/span.js';
import type { Answer, Variational } from '../value/diagram.js';
import { render, type Text } from '../value/text.js';
import { requestKey } from './callers.js';
import { commandText, type Given, implicitReadsOf } from './command.js';
import { givenBy, isBuildable, restrict } from './contents.js';
import { groupBy } from './group.js';

/** An argument that a Dockerfile needs, with the builds that do not pass it; at least one. */
export interface MissingArgument {
  readonly name: string;
  readonly declared: Place;
  /** One build of each request that lacks it, with what it makes. */
  readonly lacking: readonly { readonly bound: BoundBuild; readonly hole: Hole }[];
  /** A build that passes it, with what it makes of the same step. */
  readonly passing: { readonly bound: BoundBuild; readonly text: string } | undefined;
}

/** What a build makes where an argument is missing. */
export interface Hole {
  readonly place: Place;
  readonly text: string;
  /** False where an empty value is as good as another one to the command. */
  readonly broken: boolean;
  /** The same with a value. */
  filled(value: Answer): string;
}

/** Stands for a value that nobody mentions. */
const MARK = '\u{F0000}';

/** The arguments that builds of one Dockerfile lack; `isForDevelopment` says which of these nobody ships. */
export function missingArguments(
  builds: readonly BoundBuild[],
  isForDevelopment: (bound: BoundBuild) => boolean,
): readonly MissingArgument[] {
  const requests = [...groupBy(builds, requestKey).values()];
  const found: MissingArgument[] = [];
  for (const [name, declared] of neededNames(builds)) {
    const givers = requests.flatMap((all) => all.find((bound) => !lacks(bound, name)) ?? []);
    const lacking = requests.flatMap(([bound, ...others]) => {
      if (bound === undefined || ![bound, ...others].every((one) => lacks(one, name))) return [];
      const holes = holesOf(bound, name);
      const hole = holes.find(({ broken }) => broken) ?? holes[0];
      if (hole === undefined) return [];
      const counts = hole.broken || (givers.length > 0 && !isForDevelopment(bound));
      return counts ? [{ bound, hole }] : [];
    });
    const [first] = lacking;
    const [giver] = givers;
    if (first === undefined) continue;
    const value = giver === undefined ? '' : passedBy(giver, name);
    found.push({
      name,
      declared,
      lacking,
      passing: giver === undefined ? undefined : { bound: giver, text: first.hole.filled(value) },
    });
  }
  return found;
}

/** Whether a caller passes nothing or an empty text, whatever its own environment is. */
function lacks({ caller, request }: BoundBuild, name: string): boolean {
  const { texts } = caller;
  return request.arguments.every(
    ({ name: other, set, text }) => other !== name || set === texts.space.false || text === texts.empty,
  );
}

/** What a caller passes: in the environment that it is bound in, or else as it is written. */
function passedBy({ arguments: passed, request }: BoundBuild, name: string): string {
  const argument = passed.get(name);
  const value = argument?.kind === 'passed' ? argument.value : (argument?.text ?? '');
  const written = request.arguments.findLast((one) => one.name === name);
  return value !== '' || written === undefined ? value : render(written.text);
}

/** Arguments that no instruction gives a default. */
function neededNames(builds: readonly BoundBuild[]): ReadonlyMap<string, Place> {
  const names = new Map<string, Place>();
  const optional = new Set<string>();
  for (const { image } of builds)
    for (const { name, fallback, place } of image?.arguments ?? []) {
      if (fallback !== undefined || PROVIDED.test(name)) optional.add(name);
      if (!names.has(name)) names.set(name, place);
    }
  for (const name of optional) names.delete(name);
  return names;
}

/** Arguments that the builder itself gives a value. */
const PROVIDED =
  /^(?:https?_proxy|ftp_proxy|no_proxy|all_proxy|BUILDKIT_.*|SOURCE_DATE_EPOCH|(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT|OSVERSION|STAGE))$/i;

// -------------------------------------------------------------------------------------------------- holes

/** A text of a step, as it would be with a mark in the place of the value. */
interface Marked {
  readonly head: string;
  readonly tail: string;
}

function holesOf(bound: BoundBuild, name: string): readonly Hole[] {
  const { image } = bound;
  if (image === undefined) return [];
  const others = new Map([...givenBy(bound)].filter(([other]) => other !== name));
  const given: Given = new Map([...others, [name, undefined]]);
  if (!isBuildable(image, others)) return [];
  if (!isBuildable(image, given)) return refusals(image, given);
  return image.steps.flatMap((step): readonly Hole[] => {
    if (restrict(step.ships, image, given) === image.texts.space.false) return [];
    const kind = holeIn(image, step, others, name);
    if (kind === undefined || (kind === 'blank' && isNeverSelector(name))) return [];
    // Which version of a package is taken is a matter of its own; a base without a tag is none.
    if (isNeverSelector(name) && step.kind !== 'base') return [];
    const filled = (value: Answer): string => shown(image, step, new Map([...others, [name, value]]), name);
    return [{ place: step.place, text: filled(undefined), broken: kind === 'broken', filled }];
  });
}

/** `: "${X:?}"` and the like: the Dockerfile itself says that it needs the argument. */
function refusals(image: Build, given: Given): readonly Hole[] {
  const { space } = image.texts;
  const failure = image.failures.find(
    ({ deliberate, when }) => deliberate && restrict(when, image, given) === space.true,
  );
  if (failure === undefined) return [];
  const filled = (value: Answer): string => (value === undefined ? '(the build fails)' : '(the build goes on)');
  return [{ place: failure.place, text: filled(undefined), broken: true, filled }];
}

function holeIn(image: Build, step: Step, given: Given, name: string): 'broken' | 'blank' | undefined {
  const { space } = image.texts;
  const marked = (text: Text): Marked | undefined => markIn(image, text, given, name);
  if (step.kind === 'setting') return undefined;
  if (step.kind === 'base') {
    const hole = marked(step.text);
    return hole !== undefined && (isBare(hole) || isDangling(hole)) ? 'broken' : undefined;
  }
  if (step.kind === 'copy')
    return step.sources.some((source) => {
      const hole = marked(source);
      return hole !== undefined && (isBare(hole) || isDangling(hole));
    })
      ? 'broken'
      : undefined;
  if (step.captured || IDLE.has(step.call?.role ?? '')) return undefined;
  const isThere = (i: number): boolean =>
    restrict(step.words[i]?.when ?? space.false, image, new Map([...given, [name, undefined]])) !== space.false;
  const kinds = step.words.map((_, i) => wordHole(step, i, isThere(i), marked));
  if (kinds.includes('broken')) return 'broken';
  if (kinds.includes('blank')) return 'blank';
  if (step.call?.role !== 'compile' && step.call?.role !== 'generate') return undefined;
  // What a program reads without being told is empty in it.
  const isEmpty = implicitReadsOf(image.texts, step).some(
    (read) => !LIST.test(read.name) && marked(read.text) !== undefined,
  );
  return isEmpty ? 'blank' : undefined;
}

/** Roles whose result nobody ships. */
const IDLE: ReadonlySet<string> = new Set(['test', 'check', 'clean', 'remove']);

/** Roles that do not do what they should with half a name. */
const NAMING: ReadonlySet<string> = new Set(['compile', 'generate', 'install-dependencies', 'run', 'copy']);

function wordHole(
  step: CommandStep,
  index: number,
  isThere: boolean,
  marked: (text: Text) => Marked | undefined,
): 'broken' | 'blank' | undefined {
  const word = step.words[index]?.item;
  const hole = word === undefined ? undefined : marked(word.text);
  if (word === undefined || hole === undefined) return undefined;
  const { call } = step;
  const before = step.words[index - 1]?.item.text;
  const option = before === undefined ? '' : render(before);
  const isValue = call !== undefined && takesValue(call, option);
  if (isBare(hole)) {
    if (index === 0 || (isValue && !LIST.test(option))) return 'broken';
    // Without quotes, nothing is no word: `go build $FLAGS`.
    return !isThere || word.many || LIST.test(option) ? undefined : 'blank';
  }
  const assigned = /^(.*?)=$/.exec(hole.head)?.[1];
  if (assigned !== undefined && hole.tail === '') {
    if (LIST.test(assigned)) return undefined;
    return call !== undefined && takesValue(call, assigned) ? 'broken' : 'blank';
  }
  if (!isDangling(hole)) return undefined;
  const isTarget = call?.role === 'copy' && index === step.words.length - 1;
  return (index === 0 || NAMING.has(call?.role ?? '')) && !isTarget && !isValue ? 'broken' : 'blank';
}

/** Options and variables that hold any number of words, so that none is one of them. */
const LIST = /flag|tags|feature|opt|arg|extra|label|define|^-D|^-X$/i;

function isBare({ head, tail }: Marked): boolean {
  return head === '' && tail === '';
}

/** Whether what is left begins, ends or goes on with a mark that only joins names: `build:`, `-prod`, `config/.yaml`. */
function isDangling({ head, tail }: Marked): boolean {
  const closes = /[:/@._-]$/.test(head) && !/^-{1,2}$|^\/$/.test(head);
  const opens = /^[:/@._-]/.test(tail);
  return tail === '' ? closes : head === '' ? opens : closes && opens;
}

/** The text around the value of an argument, where the text without it is all that is left when it is missing. */
function markIn(image: Build, text: Text, given: Given, name: string): Marked | undefined {
  const { texts } = image;
  const { space } = texts;
  const selector = space.input(name);
  if (!text.holds.has(selector)) return undefined;
  const flat = texts.flatten(text);
  if (flat === undefined) return undefined;
  const rest = restrict(flat, image, given);
  const without = onlyLeaf(space.given(rest, selector, undefined));
  const filled = onlyLeaf(space.given(rest, selector, MARK));
  if (without === undefined || filled === undefined) return undefined;
  const parts = filled.split(MARK);
  const [head, tail] = parts;
  return head !== undefined && tail !== undefined && parts.join('') === without ? { head, tail } : undefined;
}

function onlyLeaf(value: Variational<Text>): string | undefined {
  return value.kind === 'one' ? render(value.value) : undefined;
}

/** A step as people write it; before a command stands what it reads of the argument without being told. */
function shown(image: Build, step: Step, given: Given, name: string): string {
  const { texts } = image;
  const selector = texts.space.input(name);
  const restricted = (text: Text): Text => {
    let out = text;
    for (const [other, answer] of given) out = out.given(texts.space.input(other), answer);
    return out;
  };
  const known = (text: Text): string => render(restricted(text));
  if (step.kind === 'base') return `FROM ${known(step.text)}`;
  if (step.kind === 'copy')
    return copyParts(step)
      .map((part) => (typeof part === 'string' ? part : known(part)))
      .join('');
  if (step.kind === 'setting') return known(step.text);
  const reads = implicitReadsOf(texts, step).filter(({ text }) => text.holds.has(selector));
  const words = step.words.map(({ when, item }) => ({
    when: restrict(when, image, given),
    item: { ...item, text: restricted(item.text) },
  }));
  const command = known(commandText(texts, { ...step, words }));
  return [...reads.map((read) => `${read.name}=${known(read.text)}`), command].join(' ');
}
