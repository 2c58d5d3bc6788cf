import type { Build, ShellTrap } from '../model/build.js';
import { type Condition, supportOf } from '../value/diagram.js';
import type { Selecting } from './environment.js';

/** A trap in a stage that is built, with the environments that it does wrong to. */
export interface WrongTrap {
  readonly trap: ShellTrap;
  readonly wrong: Condition;
}

/** The traps that some environment is known to fall into: what an unknown command prints may be anything, and shows no mistake. */
export function wrongTraps(build: Build, selecting: Selecting): readonly WrongTrap[] {
  const { space } = build.texts;
  return build.traps.flatMap((trap) => {
    const wrong = space.and(trap.wrong, build.feasible);
    if (wrong === space.false || build.stages[trap.stage]?.reached === space.false) return [];
    const asked = [...supportOf(wrong)];
    const isUnknown = !asked.some(selecting.isInput) || asked.some(({ kind }) => kind === 'opaque');
    return wrong.kind === 'choice' && isUnknown ? [] : [{ trap, wrong }];
  });
}
