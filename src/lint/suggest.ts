import { flagOf } from '../knowledge/flags.js';
import type { CommandStep } from '../model/build.js';
import type { Place } from '../text/span.js';
import type { Text, Texts } from '../value/text.js';
import { implicitReadsOf } from './command.js';
import type { Edit, Fix } from './fix.js';
import type { Program } from './subjects.js';

/**
 * What can be done about the words that only some environments give a program and that are for development: they are taken
 * away, and where that is certain to work, a stage for tests has them instead. Both change what these environments build.
 */
export function withoutConditionalFlags(program: Program): readonly Fix[] {
  const { texts } = program.build;
  const { space } = texts;
  const conditional = new Set(
    program.options.filter(({ when }) => !space.implies(program.ships, when)).map(({ word }) => word),
  );
  const edits = new Map<string, Edit>();
  const dropped = new Set<string>();
  for (const { words, call } of program.members) {
    if (call === undefined) continue;
    const isDropped = (text: Text): boolean => {
      const flat = texts.flatten(text);
      if (flat === undefined) return false;
      return space.leaves(flat).every(({ item }) => {
        const word = texts.constant(item);
        if (word === undefined || !conditional.has(word)) return false;
        return flagOf(call.toolchain, call.subcommand, word)?.polarity === 'development';
      });
    };
    for (const [i, { item }] of words.entries()) {
      const { place } = item;
      // A variable or a command may give several words; it goes only when all of them do.
      if (
        place === undefined ||
        !words.every((other) => !isSame(other.item.place, place) || isDropped(other.item.text))
      )
        continue;
      const before = words.slice(0, i).findLast((other) => !isSame(other.item.place, place))?.item.place;
      const start = before?.file === place.file && before.end <= place.start ? before.end : place.start;
      edits.set(`${place.file}:${place.start}`, { file: place.file, start, end: place.end, text: '' });
      for (const { item: leaf } of space.leaves(texts.flatten(item.text) ?? space.one(item.text)))
        dropped.add(texts.constant(leaf) ?? '');
    }
  }
  if (edits.size === 0) return [];
  const names = [...dropped].map((word) => `\`${word}\``).join(', ');
  const drop = [...edits.values()];
  const moved = inTestStage(program, dropped);
  return [
    ...(moved === undefined
      ? []
      : [{ title: `Move ${names} to a stage \`${TEST_STAGE}\``, safe: false, edits: withInsertion(drop, moved) }]),
    { title: `Drop ${names} in every environment`, safe: false, edits: drop },
  ];
}

const TEST_STAGE = 'test';

/**
 * A stage behind the one of the command, which goes on where that ends and runs the command once more, with the words that it
 * loses. It is certain to do the same when the command is all that the last instruction of a stage with a name runs, its words
 * are known, no argument of the build is read by the way, and the file does not end there, as then the new stage would ship.
 */
function inTestStage({ build, members }: Program, words: ReadonlySet<string>): Edit | undefined {
  const [step, another] = members;
  const stage = build.stages[step?.stage ?? -1];
  const isFree = build.stages.every(({ name }) => name !== TEST_STAGE);
  if (step === undefined || another !== undefined || stage?.name === undefined || !isFree) return undefined;
  if (build.stages[stage.index + 1] === undefined || build.target !== build.stages.length - 1) return undefined;
  if (stage.last === undefined || !isSame(step.instruction, stage.last) || !isWhole(step)) return undefined;
  if (implicitReadsOf(build.texts, step).some(({ text }) => build.texts.constant(text) === undefined)) return undefined;
  const command = commandWith(build.texts, step, words);
  const { file, end } = step.instruction;
  const text = `\n\nFROM ${stage.name} AS ${TEST_STAGE}\nRUN ${command}`;
  return command === undefined ? undefined : { file, start: end, end, text };
}

/** Whether an instruction is `RUN`, this command's words, and nothing else: no flag, no assignment, no redirection. */
function isWhole({ instruction, place, words, outputs, input }: CommandStep): boolean {
  const [first, last] = [words[0]?.item.place, words[words.length - 1]?.item.place];
  const isAlone = place.start === instruction.start + 'RUN '.length && place.end === instruction.end;
  return isAlone && first?.start === place.start && last?.end === place.end && outputs.length === 0 && !input;
}

/** The command in the environments that give it all of these words; undefined where it is not known, or not plain. */
function commandWith(texts: Texts, step: CommandStep, given: ReadonlySet<string>): string | undefined {
  const { space } = texts;
  let where = step.when;
  for (const { when, item } of step.words) {
    const flat = texts.flatten(item.text);
    if (flat === undefined) return undefined;
    const isGiven = space.where(flat, (leaf) => given.has(texts.constant(leaf) ?? ''));
    if (isGiven !== space.false) where = space.and(where, space.and(when, isGiven));
  }
  if (where === space.false) return undefined;
  const words: string[] = [];
  for (const { when, item } of step.words) {
    const there = space.assume(when, where);
    if (there === space.false) continue;
    const word = texts.constant(texts.assume(item.text, where));
    if (there !== space.true || word === undefined || item.many || !/^[\w@%+=:,./" -]+$/.test(word)) return undefined;
    words.push(/[ "]/.test(word) ? `'${word}'` : word);
  }
  return words.join(' ');
}

/** Edits and an insertion, which is a part of the one that ends where it stands. */
function withInsertion(edits: readonly Edit[], insertion: Edit): readonly Edit[] {
  const before = edits.find(({ file, end }) => file === insertion.file && end === insertion.start);
  if (before === undefined) return [...edits, insertion];
  return edits.map((edit) => (edit === before ? { ...edit, text: insertion.text } : edit));
}

function isSame(place: Place | undefined, other: Place): boolean {
  return place?.file === other.file && place.start === other.start && place.end === other.end;
}
