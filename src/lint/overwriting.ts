/*
 * Whether a build takes away a name that another build has given (semantics 5.8).
 *
 * Equal names are not enough. A name with the number of the run in it is given once in each run, and two builds that no run
 * makes both never share it. A name with the commit in it is given again when the commit is built again: for another
 * environment that somebody asks for (`make ENV=…`, an input), but not for another branch, since a commit is on one branch
 * when it is built, and a merge makes another commit.
 */
import { isRefSelector, isRunNumber } from '../knowledge/runs.js';
import type { BoundBuild } from '../model/delivery.js';
import { supportOf } from '../value/diagram.js';
import { symbolsOf, type Text } from '../value/text.js';
import { rootOf } from './environment.js';

/** Whether what `b` makes may get the name that `a` has given to something else. */
export function mayOverwrite(a: BoundBuild, b: BoundBuild, name: Text): boolean {
  if (a.caller !== b.caller) return true;
  const apart = tellApart(a, b);
  if (apart === undefined || apart.length === 0) return true;
  const symbols = symbolsOf(name);
  if (symbols.some(({ volatile, expression }) => volatile || isRunNumber(expression))) return false;
  return !(symbols.some(({ source }) => source === 'checkout') && apart.every(isRefSelector));
}

/** The inputs that decide which of two builds a run of their caller makes; undefined where one run may make both. */
function tellApart(a: BoundBuild, b: BoundBuild): readonly string[] | undefined {
  const { space } = a.caller.texts;
  if (a.request === b.request)
    return [...new Set([...a.answers.keys(), ...b.answers.keys()])].filter(
      (name) => a.answers.get(name) !== b.answers.get(name),
    );
  if (space.and(a.request.when, b.request.when) !== space.false) return undefined;
  const both = [a, b].flatMap(({ request }) => [...supportOf(request.when)]);
  return [...new Set(both.map((selector) => (rootOf(selector) ?? selector).name))];
}
