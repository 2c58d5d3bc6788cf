/** GNU make's text functions on plain strings (function.c, 4.3). */

/** The words of a text; white space of every kind divides them. */
export function splitWords(text: string): string[] {
  return text.split(/[ \t\n\r\v\f]+/).filter((word) => word !== '');
}

/** A pattern with `%`, taken apart: undefined when it has none; `word` is what it stands for then. */
export interface Pattern {
  readonly word: string;
  readonly ends: readonly [prefix: string, suffix: string] | undefined;
}

/** Reads a pattern: the first `%` that no backslash quotes divides it. */
export function readPattern(pattern: string): Pattern {
  let out = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const c = pattern[at];
    if (c === '\\') {
      let slashes = 1;
      while (pattern[at + slashes] === '\\') slashes += 1;
      if (pattern[at + slashes] === '%') {
        out += '\\'.repeat(slashes >> 1);
        at += slashes - 1;
        if (slashes % 2 === 0) continue;
        out += '%';
        at += 1;
      } else {
        out += '\\'.repeat(slashes);
        at += slashes - 1;
      }
    } else if (c === '%') return { word: out, ends: [out, pattern.slice(at + 1)] };
    else out += c;
  }
  return { word: out, ends: undefined };
}

/** The part of a word that `%` stands for; undefined when the word does not match. */
export function stemOf({ word, ends }: Pattern, text: string): string | undefined {
  if (ends === undefined) return word === text ? '' : undefined;
  const [prefix, suffix] = ends;
  if (text.length < prefix.length + suffix.length || !text.startsWith(prefix) || !text.endsWith(suffix))
    return undefined;
  return text.slice(prefix.length, text.length - suffix.length);
}

/** Puts a stem in the place of the first `%`. */
export function fillPattern(pattern: string, stem: string): string {
  const { word, ends } = readPattern(pattern);
  return ends === undefined ? word : `${ends[0]}${stem}${ends[1]}`;
}

function substituteWord(pattern: Pattern, replacement: string, word: string): string {
  const stem = stemOf(pattern, word);
  if (stem === undefined) return word;
  return pattern.ends === undefined ? replacement : fillPattern(replacement, stem);
}

/** `$(patsubst …)`; without `%` the white space between words stays. */
export function patsubst(from: string, to: string, text: string): string {
  const pattern = readPattern(from);
  if (pattern.ends !== undefined)
    return splitWords(text)
      .map((word) => substituteWord(pattern, to, word))
      .join(' ');
  if (pattern.word === '') return text;
  return text
    .split(/([ \t\n\r\v\f]+)/)
    .map((part) => (part === pattern.word ? to : part))
    .join('');
}

/** `$(v:from=to)`: a pattern without `%` stands for a suffix. */
export function substitute(from: string, to: string, text: string): string {
  const pattern = readPattern(from);
  if (pattern.ends !== undefined) return patsubst(from, to, text);
  const { word: suffix } = pattern;
  return splitWords(text)
    .map((word) => (word.endsWith(suffix) ? word.slice(0, word.length - suffix.length) + to : word))
    .join(' ');
}

/** `$(filter …)` and `$(filter-out …)`. */
export function filter(patterns: string, text: string, keep: boolean): string {
  const read = splitWords(patterns).map(readPattern);
  return splitWords(text)
    .filter((word) => read.some((pattern) => stemOf(pattern, word) !== undefined) === keep)
    .join(' ');
}

/** `$(subst …)`; an empty text to replace is found once, at the end. */
export function subst(from: string, to: string, text: string): string {
  return from === '' ? text + to : text.replaceAll(from, () => to);
}

export function dirOf(word: string): string {
  const slash = word.lastIndexOf('/');
  return slash === -1 ? './' : word.slice(0, slash + 1);
}

export function notdirOf(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1);
}

export function basenameOf(word: string): string {
  const dot = word.lastIndexOf('.');
  return dot === -1 || dot < word.lastIndexOf('/') ? word : word.slice(0, dot);
}

export function suffixOf(word: string): string {
  return word.slice(basenameOf(word).length);
}

/** `$(join …)`. */
export function joinLists(a: string, b: string): string {
  const left = splitWords(a);
  const right = splitWords(b);
  return Array.from(
    { length: Math.max(left.length, right.length) },
    (_, i) => `${left[i] ?? ''}${right[i] ?? ''}`,
  ).join(' ');
}

/** `$(sort …)`: sorted, each word once. */
export function sortWords(text: string): string {
  return [...new Set(splitWords(text))].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).join(' ');
}

/** `$(wordlist from,to,…)`, counted from 1: the white space between the words stays. */
export function wordRange(text: string, from: number, to: number): string {
  const words = [...text.matchAll(/[^ \t\n\r\v\f]+/g)].slice(from - 1, Math.max(from - 1, to));
  const [first, last] = [words[0], words[words.length - 1]];
  return first === undefined || last === undefined ? '' : text.slice(first.index, last.index + last[0].length);
}
