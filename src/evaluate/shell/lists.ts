import type { Guarded, Space, Variational } from '../../value/diagram.js';
import { countLeaves } from '../../value/text.js';
import type { Field } from './state.js';

/** At most this many different argument lists of one command are told apart. */
export const LIST_LIMIT = 256;

const EMPTY: readonly Field[] = [];

/** Interns lists, so that the same words in two environments are the same object. */
const longer = new WeakMap<readonly Field[], Map<string, readonly Field[]>>();

function append(list: readonly Field[], field: Field): readonly Field[] {
  let table = longer.get(list);
  if (table === undefined) {
    table = new Map();
    longer.set(list, table);
  }
  const key = `${field.text.id}:${field.span.start}:${field.many}`;
  const known = table.get(key);
  // Texts of different spaces may share an id; a list is only reused when it really holds this text.
  if (known !== undefined && known[known.length - 1]?.text === field.text) return known;
  const made = [...list, field];
  table.set(key, made);
  return made;
}

/** The list of words in each environment; undefined when there are too many different lists. */
export function listsOf(space: Space, fields: readonly Guarded<Field>[]): Variational<readonly Field[]> | undefined {
  let lists: Variational<readonly Field[]> = space.one(EMPTY);
  for (const { when, item } of fields) {
    lists = space.apply(lists, when, (list, there) => (there ? append(list, item) : list));
    if (when.kind === 'choice' && countLeaves(lists) > LIST_LIMIT) return undefined;
  }
  return lists;
}
