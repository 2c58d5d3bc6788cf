/*
 * Variables of the environment that a call of make is given (`env: ENV: production`) and that the makefile assigns itself
 * (`ENV = testing`): make takes the makefile's. What the call would build with its own value is found by asking again, with
 * the variable on the command line, which wins; where that is the same, nothing is lost.
 */
import { environmentOf, isSelectorName } from '../../knowledge/environments.js';
import type { CommandStep } from '../../model/build.js';
import type { ImageBuild, Link, OverruledVariable } from '../../model/delivery.js';
import { placeKey } from '../../text/span.js';
import { render, type Texts } from '../../value/text.js';
import type { AssignedVariable, CalledMake, MakeCall } from '../makefile/call.js';
import type { Given } from '../makefile/index.js';

/** A call of make with the builds that it leads to. */
export interface MadeBuilds {
  readonly called: CalledMake;
  readonly builds: readonly ImageBuild[];
}

/** So many variables of one call are asked about. */
const VARIABLES = 4;

/** The builds of a call, each with the variables that do not reach it; `again` makes the call with something else. */
export function withOverruled(
  texts: Texts,
  step: CommandStep,
  call: MakeCall,
  { called, builds }: MadeBuilds,
  again: (call: MakeCall) => MadeBuilds | undefined,
): readonly ImageBuild[] {
  // Within one makefile, the makefile's own trap tells it.
  if (builds.length === 0 || called.file === step.place.file) return builds;
  let out = builds;
  for (const variable of losing(texts, step, call, called).slice(0, VARIABLES)) {
    const { name, value, kept } = variable;
    const without = new Map(call.environment);
    without.delete(name);
    // What is made from the variable itself (`ENV := $(ENV)-slim`) is what the call asks for.
    if (keptBy(texts, step, again({ ...call, environment: without })?.called.assigned(name)) !== kept) continue;
    const given = { set: texts.space.true, text: texts.literal(value) };
    const asked = again({ ...call, variables: new Map([...call.variables, [name, given]]) });
    if (asked !== undefined)
      out = out.map((build, i) => withOne(build, counterpart(builds, i, asked.builds), variable));
  }
  return out;
}

type Losing = Omit<OverruledVariable, 'asked'>;

/** The variables that say an environment and that the makefile has another value for. */
function losing(texts: Texts, step: CommandStep, call: MakeCall, called: CalledMake): readonly Losing[] {
  return [...call.environment].flatMap(([name, given]): readonly Losing[] => {
    const assigned = call.variables.has(name) ? undefined : called.assigned(name);
    const kept = keptBy(texts, step, assigned);
    if (assigned === undefined || kept === undefined) return [];
    const value = otherValue(texts, step, given, kept);
    if (value === undefined || !(step.prefixed.has(name) || saysEnvironment(name, value))) return [];
    return [{ name, value, kept, assigned: assigned.place, call: callOf(step) }];
  });
}

/** The makefile's value where the call is made. */
function keptBy(texts: Texts, { when }: CommandStep, assigned: AssignedVariable | undefined): string | undefined {
  return assigned === undefined ? undefined : texts.constant(texts.assume(assigned.value, when));
}

/** A version that a job sets for its other steps is not meant for make. */
function saysEnvironment(name: string, value: string): boolean {
  return isSelectorName(name) || environmentOf(value) !== undefined;
}

function callOf({ place, words }: CommandStep): Link {
  return { place, message: words.map(({ item }) => render(item.text)).join(' ') };
}

/** A value that the call gives in some environment and that is not the makefile's. */
function otherValue(texts: Texts, step: CommandStep, { set, text }: Given, kept: string): string | undefined {
  const { space } = texts;
  const flat = texts.flatten(text);
  const given = space.and(step.when, set);
  if (flat === undefined || given === space.false) return undefined;
  for (const { when, item } of space.leaves(flat)) {
    const value = texts.constant(item);
    if (value !== undefined && value !== '' && value !== kept && space.and(given, when) !== space.false) return value;
  }
  return undefined;
}

/** The same build of another call: the one at the same place, among as many. */
function counterpart(
  builds: readonly ImageBuild[],
  index: number,
  others: readonly ImageBuild[],
): ImageBuild | undefined {
  const key = placeKey(builds[index]?.place ?? { file: '', start: 0, end: 0 });
  const isSame = ({ place }: ImageBuild): boolean => placeKey(place) === key;
  const same = others.filter(isSame);
  return same.length === builds.filter(isSame).length ? same[builds.slice(0, index).filter(isSame).length] : undefined;
}

function withOne(build: ImageBuild, asked: ImageBuild | undefined, variable: Losing): ImageBuild {
  if (asked === undefined || requestKey(build) === requestKey(asked)) return build;
  return { ...build, overruled: [...(build.overruled ?? []), { ...variable, asked }] };
}

/** Equal for builds that ask for the same. */
function requestKey({ dockerfile, context, target, arguments: passed, tags }: ImageBuild): string {
  return [
    ...[dockerfile, context, target].map((text) => text?.id ?? ''),
    ...passed.map(({ name, set, text }) => `${name}=${set.id}:${text.id}`),
    ...tags.map(({ text }) => text.id),
  ].join(' ');
}
