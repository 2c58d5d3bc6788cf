/*
 * Unified diffs, as `patch` and `git apply` read them. The shortest script of Myers (1986) between the lines that the
 * texts do not have in common at both ends; a change that is too large is shown as one block.
 */
import { visible } from './cells.js';

/** How many lines around a change are shown. */
const CONTEXT = 3;
/** Scripts longer than this are not searched for. */
const SCRIPT_LIMIT = 2000;

interface Change {
  /** A line of the old text, of the new text, or of both. */
  readonly kind: '-' | '+' | ' ';
  readonly line: string;
}

/** The unified diff between two texts of a file; empty when they are equal. */
export function unifiedDiff(name: string, before: string, after: string, colour = false): string {
  if (before === after) return '';
  const changes = changesBetween(linesOf(before), linesOf(after));
  // Colours are for people, who must not get a file's own control characters; without them it is for `patch`.
  const paint = (code: string, text: string): string => (colour ? `\u001b[${code}m${visible(text)}\u001b[0m` : text);
  const codes = { '-': '31', '+': '32', ' ': '0' };
  let out = `${paint('1', `--- a/${name}`)}\n${paint('1', `+++ b/${name}`)}\n`;
  let oldLine = 1;
  let newLine = 1;
  let at = 0;
  for (const [from, to] of hunks(changes)) {
    for (; at < from; at += 1) {
      oldLine += 1;
      newLine += 1;
    }
    const hunk = changes.slice(from, to);
    const olds = hunk.filter(({ kind }) => kind !== '+').length;
    const news = hunk.filter(({ kind }) => kind !== '-').length;
    out += `${paint('36', `@@ -${range(oldLine, olds)} +${range(newLine, news)} @@`)}\n`;
    for (const { kind, line } of hunk) {
      const ended = line.endsWith('\n');
      out += `${paint(codes[kind], `${kind}${ended ? line.slice(0, -1) : line}`)}\n`;
      if (!ended) out += '\\ No newline at end of file\n';
    }
    oldLine += olds;
    newLine += news;
    at = to;
  }
  return out;
}

function range(start: number, count: number): string {
  // An empty range is told by the line before it.
  if (count === 0) return `${start - 1},0`;
  return count === 1 ? String(start) : `${start},${count}`;
}

function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The stretches of changes with their context; what is close together is one. */
function hunks(changes: readonly Change[]): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (const [i, { kind }] of changes.entries()) {
    if (kind === ' ') continue;
    const last = found[found.length - 1];
    const from = Math.max(0, i - CONTEXT);
    const to = Math.min(changes.length, i + 1 + CONTEXT);
    if (last !== undefined && from <= last[1]) last[1] = to;
    else found.push([from, to]);
  }
  return found;
}

function changesBetween(before: readonly string[], after: readonly string[]): readonly Change[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail += 1;
  const same = (line: string): Change => ({ kind: ' ', line });
  return [
    ...before.slice(0, head).map(same),
    ...shortest(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(same),
  ];
}

function shortest(before: readonly string[], after: readonly string[]): readonly Change[] {
  const furthest = new Map<number, number>([[1, 0]]);
  const trace: ReadonlyMap<number, number>[] = [];
  const limit = Math.min(before.length + after.length, SCRIPT_LIMIT);
  for (let edits = 0; edits <= limit; edits += 1) {
    trace.push(new Map(furthest));
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && (furthest.get(k - 1) ?? 0) < (furthest.get(k + 1) ?? 0));
      let x = down ? (furthest.get(k + 1) ?? 0) : (furthest.get(k - 1) ?? 0) + 1;
      while (x < before.length && x - k < after.length && before[x] === after[x - k]) x += 1;
      furthest.set(k, x);
      if (x >= before.length && x - k >= after.length) return script(before, after, trace);
    }
  }
  return [
    ...before.map((line): Change => ({ kind: '-', line })),
    ...after.map((line): Change => ({ kind: '+', line })),
  ];
}

/** Walks the trace back from the ends of both texts. */
function script(
  before: readonly string[],
  after: readonly string[],
  trace: readonly ReadonlyMap<number, number>[],
): readonly Change[] {
  const out: Change[] = [];
  let x = before.length;
  let y = after.length;
  for (let edits = trace.length - 1; edits >= 0; edits -= 1) {
    const furthest = trace[edits];
    const k = x - y;
    const down = k === -edits || (k !== edits && (furthest?.get(k - 1) ?? 0) < (furthest?.get(k + 1) ?? 0));
    const fromX = edits === 0 ? 0 : (furthest?.get(down ? k + 1 : k - 1) ?? 0);
    const fromY = edits === 0 ? 0 : fromX - (down ? k + 1 : k - 1);
    while (x > fromX && y > fromY) {
      x -= 1;
      y -= 1;
      out.push({ kind: ' ', line: before[x] ?? '' });
    }
    if (edits === 0) break;
    if (down) {
      y -= 1;
      out.push({ kind: '+', line: after[y] ?? '' });
    } else {
      x -= 1;
      out.push({ kind: '-', line: before[x] ?? '' });
    }
  }
  return out.reverse();
}
