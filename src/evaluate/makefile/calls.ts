/*
 * What the makes do that recipes call: those of other makefiles as steps of the recipe, and those of the same makefile as
 * one more way to its recipes (`staging: ; $(MAKE) app FLAGS=-O0`), as if a target gave its variables.
 */
import type { CommandStep } from '../../model/build.js';
import { type Files, normalizePath } from '../../text/files.js';
import type { Guarded } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import { asCompiler, calledMakefile, commandLineOf, givesChoices, makeCallOf, runMakeCall } from './call.js';
import type { Executed, Given, Makefile } from './index.js';

/** The command line's variables that make hands on to the makes that it calls; a name that callers may give is one. */
export function handedOn({ machine }: Makefile): ReadonlyMap<string, Given> {
  const { commandLine, overrides, inputs, texts, global } = machine;
  const { space } = texts;
  // `MAKEOVERRIDES =` hands nothing on.
  if ((global.set.get('MAKEOVERRIDES')?.places.length ?? 0) > 0) return new Map();
  const open = [...overrides].filter((name) => inputs.has(name) && !commandLine.has(name));
  return new Map([
    ...commandLine,
    ...open.map((name): [string, Given] => {
      const selector = space.input(name);
      return [name, { set: space.not(space.is(selector, undefined)), text: texts.answer(selector) }];
    }),
  ]);
}

function finderOf(files: Files): (path: string) => { readonly file: string; readonly text: string } | undefined {
  return (path) => {
    const file = normalizePath(path);
    const read = file === undefined ? undefined : files.read(file);
    return file !== undefined && read?.kind === 'text' ? { file, text: read.text } : undefined;
  };
}

/** Diagram nodes that a call may ask for that gives nothing by itself. */
const HANDED_WORK = 20_000;

/** A call of the same makefile with variables of its own. */
export interface SelfCall {
  readonly step: CommandStep;
  readonly goals: readonly Guarded<Text>[];
  readonly commandLine: ReadonlyMap<string, Given>;
  /** Equal for calls that read the makefile in the same way; empty for those that give it nothing. */
  readonly key: string;
}

/**
 * The calls of a recipe that lead back to its makefile. What gives it only names that callers are known to choose says
 * nothing that the selectors do not say by themselves.
 */
export function selfCalls(makefile: Makefile, file: string, steps: readonly CommandStep[]): readonly SelfCall[] {
  const { texts, files, inputs } = makefile.machine;
  const inherited = handedOn(makefile);
  const find = finderOf(files);
  return steps.flatMap((step): readonly SelfCall[] => {
    const call = makeCallOf(texts, step);
    if (call === undefined || call.environmentWins) return [];
    const names = [...call.variables.keys()];
    if (names.length > 0 && names.every((name) => inputs.has(name))) return [];
    const found = calledMakefile({ texts, find }, call, step);
    if (found?.file !== file) return [];
    const commandLine = commandLineOf({ texts, inherited }, call);
    const values = [...commandLine].map(([name, { set, text }]) => `${name}=${set.id}:${text.id}`);
    return [{ step, goals: call.goals, commandLine, key: names.length === 0 ? '' : values.join(' ') }];
  });
}

/**
 * A recipe with what the makes that it calls do. Where the called makefile is not in the project (a library that is
 * fetched), the call stands for the compilers: its words `CFLAGS=…` are their options.
 */
export function withCalls(makefile: Makefile, caller: string, executed: Executed): Executed {
  const { texts, files } = makefile.machine;
  const find = finderOf(files);
  const inherited = handedOn(makefile);
  const notes = [...executed.notes];
  const steps = executed.steps.flatMap((step): Executed['steps'] => {
    const call = makeCallOf(texts, step);
    if (call === undefined) return [step];
    const { text = '' } = calledMakefile({ texts, find }, call, step) ?? {};
    const isChosen = givesChoices(call);
    if (!isChosen && ![...inherited.keys()].some((name) => text.includes(name))) return [step];
    const work = isChosen ? {} : { work: HANDED_WORK };
    const called = runMakeCall({ texts, files, find, depth: 0, inner: true, caller, inherited, ...work }, call, step);
    if (called === undefined) return [asCompiler(texts, step, call) ?? step].map((own) => ({ ...own, run: step.run }));
    notes.push(...called.notes);
    for (const included of [called.file, ...called.included]) makefile.machine.included.add(included);
    // What another makefile does in the same way whoever calls it is told where that one is linted.
    return [step, ...called.steps.filter(isVarying).map((inner) => ({ ...inner, run: step.run }))];
  });
  return { ...executed, steps, notes };
}

function isVarying({ words, when }: CommandStep): boolean {
  return when.kind === 'choice' || words.some((word) => word.when.kind === 'choice' || word.item.text.mask !== 0n);
}
