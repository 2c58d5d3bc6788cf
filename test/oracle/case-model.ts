/*
 * What the evaluation says about a makefile of others in one environment. Such makefiles ask the machine (`uname`) and read
 * files that are made elsewhere, so much is *unknown* here. What is unknown must still be *possible*: the text that make has
 * must be one of those that the rope admits, and the lines of a recipe must be an order of those that may be run.
 */
import { evaluateMakefile, type Makefile, type RecipeRun, runGoals } from '../../src/evaluate/makefile/index.js';
import type { Files } from '../../src/text/files.js';
import { type Answer, Space, type Variational } from '../../src/value/diagram.js';
import { type Text, Texts } from '../../src/value/text.js';
import type { Lab } from './case-real.js';

export type Environment = ReadonlyMap<string, Answer>;

/** What an evaluation is made with. */
export interface CaseInput {
  readonly lab: Lab;
  readonly files: Files;
  readonly makefile: string;
  readonly text: string;
  readonly overrides: readonly string[];
  readonly goals: readonly string[];
}

/** Reads a makefile for every environment. */
export function readCase({ lab, files, makefile, text, overrides, goals }: CaseInput): Makefile {
  const texts = new Texts(new Space());
  const folder = makefile.includes('/') ? makefile.slice(0, makefile.lastIndexOf('/')) : '';
  return texts.space.limited(WORK, () =>
    evaluateMakefile({
      file: makefile,
      text,
      files,
      texts,
      environment: new Map(),
      commandLine: new Map([['SHELL', { set: texts.space.true, text: texts.literal(lab.shell) }]]),
      open: true,
      overrides: new Set(overrides),
      goals,
      directory: folder === '' ? lab.project : `${lab.project}/${folder}`,
    }),
  );
}

/** As many diagram nodes as the product gives to reading, and to a goal. */
const WORK = 600_000;

/** The lines of a goal; undefined when it asks for too much. */
export function linesOf(makefile: Makefile, goal: string): readonly RecipeRun[] | undefined {
  try {
    return makefile.machine.space.limited(WORK, () => runGoals(makefile, [goal]));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A value in one environment; undefined where it is not known. */
export function valueIn<T>(
  { machine: { space } }: Makefile,
  value: Variational<T>,
  environment: Environment,
): T | undefined {
  let found = value;
  if (found.kind === 'choice')
    for (const selector of found.support)
      if (selector.kind === 'input' && environment.has(selector.name))
        found = space.given(found, selector, environment.get(selector.name));
  return found.kind === 'one' ? found.value : undefined;
}

/** A text in one environment. */
export function restricted({ machine: { texts } }: Makefile, text: Text, environment: Environment): Text {
  let found = text;
  for (const selector of text.holds)
    if (selector.kind === 'input' && environment.has(selector.name))
      found = texts.restrict(found, selector, environment.get(selector.name));
  return found;
}

/** A value in one environment, or one of those that it may be. */
export function mayBe<T>(
  { machine: { space } }: Makefile,
  value: Variational<T>,
  environment: Environment,
  wanted: T,
): boolean {
  let found = value;
  if (found.kind === 'choice')
    for (const selector of found.support)
      if (selector.kind === 'input' && environment.has(selector.name))
        found = space.given(found, selector, environment.get(selector.name));
  return space.leaves(found).some(({ item }) => item === wanted);
}

/** More unknown pieces than this are not looked for one after the other. */
const WILD = 8;

/** The texts that a text may be, as a regular expression. */
export function patternOf({ machine }: Makefile, text: Text): RegExp {
  let wild = 0;
  const source = (part: Text, depth: number): string =>
    part.pieces
      .map((piece) => {
        if (piece.kind === 'literal') return escaped(piece.text);
        if (piece.kind === 'choice' && depth < 6) {
          const leaves = machine.space.leaves(piece.value);
          if (leaves.length <= 12) return `(?:${leaves.map(({ item }) => source(item, depth + 1)).join('|')})`;
        }
        wild += 1;
        return '[\\s\\S]*';
      })
      .join('');
  const all = source(text, 0);
  return wild > WILD ? /^/ : new RegExp(`^${all}$`);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
