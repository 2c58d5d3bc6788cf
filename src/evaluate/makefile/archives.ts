/* Members of archives as targets and prerequisites: `lib.a(x.o)` (arscan.c, read.c: parse_file_seq). */
import type { Text, Texts } from '../../value/text.js';
import type { Machine, Words } from './state.js';

/** The archive and the member that a target is; undefined for any other file. */
export function archiveMember(
  texts: Texts,
  target: Text,
): { readonly archive: Text; readonly member: Text } | undefined {
  const [, archive, member] = /^([^(]+)\((.*)\)$/.exec(texts.constant(target) ?? '') ?? [];
  if (archive === undefined || member === undefined) return undefined;
  return { archive: texts.literal(archive), member: texts.literal(member) };
}

/** What a file is called among others (`$^`): a member goes by its own name. */
export function memberName(texts: Texts, file: Text): Text {
  return archiveMember(texts, file)?.member ?? file;
}

/** `lib.a(x.o y.o)` as a list of members: `lib.a(x.o) lib.a(y.o)`. */
export function splitArchives({ texts }: Machine, words: Words): Words {
  const members: Words[number][] = [];
  let open = '';
  for (const [i, word] of words.entries()) {
    const name = texts.constant(word.item.text);
    const opened = open === '' && name !== undefined && opensArchive(texts, words, i) ? name.indexOf('(') + 1 : 0;
    if (name === undefined || (open === '' && opened === 0)) {
      members.push(word);
      continue;
    }
    if (opened > 0) open = name.slice(0, opened);
    const member = name.slice(opened);
    const closes = member.endsWith(')');
    if (member !== '' && member !== ')')
      members.push({ ...word, item: { ...word.item, text: texts.literal(`${open}${member}${closes ? '' : ')'}`) } });
    if (closes) open = '';
  }
  return members;
}

/** Whether a word opens a list of members that a later one closes, in the same environments. */
function opensArchive(texts: Texts, words: Words, index: number): boolean {
  const first = words[index];
  const name = first === undefined ? undefined : texts.constant(first.item.text);
  if (first === undefined || name === undefined || name.indexOf('(') < 1 || name.endsWith(')')) return false;
  for (const { when, item } of words.slice(index + 1)) {
    const later = texts.constant(item.text);
    if (later === undefined || when !== first.when) return false;
    if (later.endsWith(')')) return true;
  }
  return false;
}
