/**
 * Regular expressions of scripts run as JavaScript's, which try all ways to match. An expression is only used where that
 * cannot take long: it has no repetition of what repeats or has alternatives, and the ways that its repetitions, options
 * and alternatives multiply to are few for the text's length.
 */
export function isTame(source: string, length: number): boolean {
  /** How many ways there are to match, at most; without an anchor, a match may begin anywhere. */
  let ways = source.startsWith('^') ? 1 : Math.max(1, length);
  /** For each open group: whether it repeats or has alternatives inside. */
  const groups: boolean[] = [];
  let inner = false;
  const choice = (n: number): void => {
    ways *= Math.max(1, n);
    if (groups.length > 0) groups[groups.length - 1] = true;
  };
  for (let at = 0; at < source.length && ways <= WAYS_LIMIT; at += 1) {
    const char = source[at];
    if (char === '\\') at += 1;
    else if (char === '[') at = endOfBracket(source, at);
    else if (char === '(') groups.push(false);
    else if (char === ')') {
      inner = groups.pop() ?? false;
      if (inner && groups.length > 0) groups[groups.length - 1] = true;
      continue;
    } else if (char === '|' || char === '?') choice(2);
    else if (char === '*' || char === '+' || char === '{') {
      if (inner) return false;
      choice(length);
    }
    inner = false;
  }
  return ways <= WAYS_LIMIT;
}

/** About a second of work. */
const WAYS_LIMIT = 100_000_000;

function endOfBracket(source: string, start: number): number {
  let at = start + (source[start + 1] === '^' ? 2 : 1);
  if (source[at] === ']') at += 1;
  while (at < source.length && source[at] !== ']') at += source[at] === '\\' ? 2 : 1;
  return at;
}
