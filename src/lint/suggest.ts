import { flagOf } from '../knowledge/flags.js';
import type { Place } from '../text/span.js';
import type { Text } from '../value/text.js';
import type { Edit, Fix } from './fix.js';
import type { Program } from './subjects.js';

/** Takes away the words that only some environments give a program and that are for development; it changes what these build. */
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
  return [{ title: `Drop ${names} in every environment`, safe: false, edits: [...edits.values()] }];
}

function isSame(place: Place | undefined, other: Place): boolean {
  return place?.file === other.file && place.start === other.start && place.end === other.end;
}
