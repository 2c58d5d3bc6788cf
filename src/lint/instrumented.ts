/*
 * Builds that ship a program with instrumentation or without optimisation because their caller asks for it:
 * `--build-arg GOFLAGS=-race`, `--build-arg BUILD_CONFIGURATION=Debug`. What the Dockerfile does by itself, or for the
 * values that it asks for, its own rules tell.
 */
import { environmentOf } from '../knowledge/environments.js';
import { absenceFact, type FlagFact, flagFactsOf, variableFact } from '../knowledge/flags.js';
import { describeCall } from '../knowledge/tools.js';
import type { Build, CommandStep } from '../model/build.js';
import type { BoundArgument, BoundBuild } from '../model/delivery.js';
import type { Place } from '../text/span.js';
import { environmentByDefault, type Given, implicitReadsOf, wordsByDefault } from './command.js';
import { givenBy, isBuildable } from './contents.js';
import { isForDevelopment } from './desk.js';
import { readsOf } from './images.js';
import { isShipped } from './untested.js';

/** A build that ships an instrumented program. */
export interface InstrumentedBuild {
  readonly bound: BoundBuild;
  /** The argument that makes it so; undefined where the whole Dockerfile is for tests or development. */
  readonly passed: PassedFlag | undefined;
  readonly fact: FlagFact;
  /** The command that compiles it. */
  readonly place: Place;
  readonly command: string;
}

/** An argument that makes a program an instrumented one. */
export interface PassedFlag {
  readonly name: string;
  readonly argument: Extract<BoundArgument, { readonly kind: 'passed' }>;
  /** The command without the argument. */
  readonly plain: string;
}

/** Such builds among those of one Dockerfile; `isDeployed` says whether something that is not for development runs what a build makes. */
export function instrumentedBuilds(
  builds: readonly BoundBuild[],
  isDeployed: (bound: BoundBuild) => boolean,
): readonly InstrumentedBuild[] {
  return builds.flatMap((bound) => {
    const kind = bound.evidence[0]?.kind;
    const ships = !isForDevelopment(bound) && kind !== 'testing' && (isShipped(bound) || isDeployed(bound));
    return ships ? [...instrumentedIn(bound), ...madeForWork(bound)] : [];
  });
}

/** Whether a Dockerfile is for tests or development by its name: its program is expected to be another one. */
export function isWorkFile(file: string): boolean {
  const kind = environmentOf(file.slice(file.lastIndexOf('/') + 1));
  return kind === 'development' || kind === 'testing';
}

function madeForWork(bound: BoundBuild): readonly InstrumentedBuild[] {
  const { image } = bound;
  const own = givenBy(bound);
  if (image === undefined || !isWorkFile(bound.dockerfile) || !isBuildable(image, own)) return [];
  for (const step of image.steps) {
    const made = step.kind === 'command' ? compiled(image, step, own) : undefined;
    const fact = made?.facts[0];
    if (made !== undefined && fact !== undefined)
      return [{ bound, passed: undefined, fact, place: step.place, command: made.text }];
  }
  return [];
}

function instrumentedIn(bound: BoundBuild): readonly InstrumentedBuild[] {
  const { image, arguments: passed } = bound;
  const own = givenBy(bound);
  if (image === undefined || !isBuildable(image, own)) return [];
  const found = new Map<string, InstrumentedBuild>();
  for (const [name, argument] of passed) {
    // A value that the Dockerfile itself asks for selects; that is told as a divergence.
    const isKnown = argument.kind === 'passed' && !image.texts.space.input(name).mentioned.has(argument.value);
    if (!isKnown || !own.has(name)) continue;
    const without = new Map([...own, [name, undefined] as const]);
    for (const step of image.steps) {
      const made = step.kind === 'command' ? compiled(image, step, own) : undefined;
      const plain = step.kind === 'command' && made !== undefined ? compiled(image, step, without) : undefined;
      const fact = made?.facts.find((one) => !plain?.facts.some(({ flag }) => flag === one.flag));
      if (made === undefined || fact === undefined || found.has(name)) continue;
      const flag = { name, argument, plain: plain?.text ?? '(not run)' };
      found.set(name, { bound, passed: flag, fact, place: step.place, command: made.text });
    }
  }
  return [...found.values()];
}

interface Compiled {
  readonly text: string;
  readonly facts: readonly FlagFact[];
}

/** Whether all builds that ship a Dockerfile are told to have an argument of one of these names. */
export function areInstrumented(builds: readonly BoundBuild[], names: ReadonlySet<string>): boolean {
  const shipping = builds.filter((bound) => !isForDevelopment(bound));
  return (
    shipping.length > 0 &&
    shipping.every((bound) =>
      instrumentedIn(bound).some(({ passed }) => passed !== undefined && names.has(passed.name)),
    )
  );
}

/** How a step compiles where these arguments are given; undefined where it does not, or where that does not ship. */
function compiled(image: Build, step: CommandStep, given: Given): Compiled | undefined {
  const words = step.captured ? undefined : wordsByDefault(image, step, given);
  if (words === undefined) return undefined;
  const environment = environmentByDefault(image, step, given);
  const call = describeCall(words, environment);
  if (call?.role !== 'compile') return undefined;
  const reads = implicitReadsOf(image.texts, step).flatMap(({ name }) => [[name, environment(name) ?? ''] as const]);
  const { toolchain, subcommand } = call;
  const facts = [
    ...flagFactsOf(toolchain, subcommand, words.slice(1)),
    absenceFact(toolchain, subcommand, words.slice(1), environment),
    ...reads.map(([name, value]) => variableFact(toolchain, name, value)),
  ].filter(
    (fact): fact is FlagFact =>
      fact !== undefined &&
      fact.polarity !== 'production' &&
      (fact.severity === 'error' || (fact.severity === 'warning' && fact.polarity === 'development')),
  );
  return { text: [...readsOf(image, step, given, environment), words.join(' ')].join(' '), facts };
}
