/** Compares what the evaluation says with what make does. */
import type { Sample } from './make-files.js';
import {
  commandsIn,
  type Environment,
  environmentsOf,
  evaluate,
  inEnvironment,
  type Model,
  PROBED,
  shown,
  textIn,
} from './make-model.js';
import { type Observed, observe, probe } from './make-real.js';

const ENVIRONMENTS = 6;

export interface Counts {
  pairs: number;
  compared: number;
  unknown: number;
}

function compare(model: Model, environment: Environment, real: Observed, counts: Counts): string | undefined {
  const read = inEnvironment(model, model.read, environment);
  if (read === undefined) {
    counts.compared += 1;
    counts.unknown += 1;
    return undefined;
  }
  if (read !== real.read) return `read ${read}, make ${real.read}: ${real.stderr}`;
  if (!real.read) return undefined;
  const differs = (what: string, own: string | undefined, theirs: string | undefined): string | undefined => {
    counts.compared += 1;
    if (own === undefined) counts.unknown += 1;
    else if (own !== theirs) return `${what}\n  ours: ${JSON.stringify(own)}\n  make: ${JSON.stringify(theirs)}`;
    return undefined;
  };
  for (const [name, variable] of model.variables) {
    // `MAKEFLAGS += -R` takes it away behind the place where make tells it.
    if (name === 'CC' && model.sample.text.includes('-R')) continue;
    const parts = [
      inEnvironment(model, variable.origin, environment),
      inEnvironment(model, variable.flavor, environment),
      textIn(model, variable.raw, environment),
      textIn(model, variable.value, environment),
    ];
    const own = parts.includes(undefined) ? undefined : parts.join('|');
    const found = differs(`variable ${name}`, own, real.variables.get(name));
    if (found !== undefined) return found;
  }
  // An error while a recipe is expanded ends make with what came before.
  const feasible = inEnvironment(model, model.makefile.feasible(), environment);
  if (feasible === false) return real.stderr.includes('***') ? undefined : 'the run ends for us, and not for make';
  // What no rule makes and no file is: make gives up on what needs it, and the evaluation takes it to be there.
  if (real.stderr.includes('No rule to make target')) return undefined;
  if (model.lines.some((run) => inEnvironment(model, run.when, environment) === undefined)) {
    counts.compared += 1;
    counts.unknown += 1;
    return undefined;
  }
  const commands = commandsIn(model, environment);
  for (const [i, { command, run }] of commands.entries()) {
    const theirs = real.lines[i];
    const found = differs(`command ${i} of ${run.target}`, command, theirs?.command);
    if (found !== undefined) return `${found}\n  ${shown(run.text)}`;
    for (const name of PROBED) {
      if (name === '.DEFAULT_GOAL') continue;
      const binding = run.environment.get(name);
      const set =
        binding === undefined ? environment.get(name) !== undefined : inEnvironment(model, binding.set, environment);
      const own =
        set === undefined
          ? undefined
          : set
            ? binding === undefined
              ? environment.get(name)
              : textIn(model, binding.text, environment)
            : '(not set)';
      const wrong = differs(`environment ${name} of ${run.target}`, own, theirs?.environment.get(name) ?? '(not set)');
      if (wrong !== undefined) return wrong;
    }
  }
  return differs('commands', String(commands.length), String(real.lines.length));
}

export interface Failure {
  readonly sample: Sample;
  readonly goals: readonly string[];
  readonly environment: Environment;
  readonly difference: string;
}

/** Compares one makefile in all its environments. */
export async function judge(
  folder: string,
  next: () => number,
  sample: Sample,
  goals: readonly string[],
  counts: Counts,
): Promise<Failure | undefined> {
  const model = evaluate(sample, goals);
  if (model.makefile.notes.some(({ kind }) => kind === 'limit')) return undefined;
  const environments = environmentsOf(model, ENVIRONMENTS);
  const observed = await Promise.all(
    environments.map((environment) => {
      const set = [...environment].flatMap(([name, answer]) => (answer === undefined ? [] : [[name, answer] as const]));
      const command = set
        .filter(([name]) => sample.overrides.includes(name))
        .map(([name, answer]) => `${name}=${answer}`);
      const files = {
        ...sample.files,
        Makefile: sample.text,
        'inc.mk': sample.included,
        'probe.mk': `${probe(PROBED)}\n${probe(['END'])}\n`,
      };
      return observe(
        folder,
        next(),
        files,
        Object.fromEntries(set.filter(([name]) => !sample.overrides.includes(name))),
        [...(sample.switches ?? ['-r']), ...goals, ...command],
      );
    }),
  );
  for (const [i, environment] of environments.entries()) {
    const real = observed[i];
    if (real === undefined) continue;
    counts.pairs += 1;
    const difference = compare(model, environment, real, counts);
    if (difference !== undefined) return { sample, goals, environment, difference };
  }
  return undefined;
}

/** Leaves lines out of a makefile while it still shows a difference of the same kind. */
export async function smaller(folder: string, next: () => number, failure: Failure): Promise<Failure> {
  let best = failure;
  const kind = failure.difference.split(' ')[0];
  for (const end = Date.now() + 4_000; Date.now() < end; ) {
    let better: Failure | undefined;
    const lines = best.sample.text.split('\n');
    for (const size of [8, 4, 2, 1]) {
      for (let at = 0; at < lines.length && better === undefined && Date.now() < end; at += 1) {
        // The rule for the makefiles themselves stays: without it they would be made too.
        const text = lines.filter((line, i) => i < at || i >= at + size || line.startsWith('Makefile ')).join('\n');
        const found = await judge(folder, next, { ...best.sample, text }, best.goals, {
          pairs: 0,
          compared: 0,
          unknown: 0,
        });
        if (found !== undefined && found.difference.split(' ')[0] === kind) better = found;
      }
    }
    if (better === undefined) return best;
    best = better;
  }
  return best;
}

/** What a failure shows. */
export function report({ sample, goals, environment, difference }: Failure): string {
  const files = Object.keys(sample.files ?? {}).join(' ');
  return `make ${[...(sample.switches ?? ['-r']), ...goals].join(' ')} with ${JSON.stringify([...environment])} overrides ${sample.overrides.join(' ')}\n${difference}\n---\n${sample.text}--- inc.mk\n${sample.included}--- ${files}`;
}
