/**
 * Regular expressions of scripts run as JavaScript's, which try all ways to match. An expression is only used where that
 * cannot take long: it has no repetition of what repeats or has alternatives, and few repetitions for the text's length.
 */
export function isTame(source: string, length: number): boolean {
  let repetitions = 0;
  /** For each open group: whether it repeats or has alternatives inside. */
  const groups: boolean[] = [];
  let inner = false;
  for (let at = 0; at < source.length; at += 1) {
    const char = source[at];
    let repeats = false;
    if (char === '\\') at += 1;
    else if (char === '[') at = endOfBracket(source, at);
    else if (char === '(') {
      groups.push(false);
      continue;
    } else if (char === ')') {
      inner = groups.pop() ?? false;
      if (inner && groups.length > 0) groups[groups.length - 1] = true;
    } else if (char === '|') {
      if (groups.length > 0) groups[groups.length - 1] = true;
    } else repeats = char === '*' || char === '+' || char === '{';
    if (repeats) {
      if (inner) return false;
      repetitions += 1;
      if (groups.length > 0) groups[groups.length - 1] = true;
    }
    if (char !== ')') inner = false;
  }
  return length ** Math.max(1, repetitions) <= 100_000_000;
}

function endOfBracket(source: string, start: number): number {
  let at = start + (source[start + 1] === '^' ? 2 : 1);
  if (source[at] === ']') at += 1;
  while (at < source.length && source[at] !== ']') at += source[at] === '\\' ? 2 : 1;
  return at;
}
