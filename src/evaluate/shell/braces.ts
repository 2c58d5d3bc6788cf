/*
 * Brace expansion, which only bash does, before all else.
 */

/** The words that a brace expansion stands for, as written; at most 256 of them. */
export function braceAlternatives(raw: string): readonly string[] {
  const open = findBrace(raw);
  if (open === undefined) return [raw];
  const rest = braceAlternatives(raw.slice(open.end));
  const out: string[] = [];
  for (const choice of open.choices)
    for (const inner of braceAlternatives(choice))
      for (const tail of rest) out.push(raw.slice(0, open.start) + inner + tail);
  return out.slice(0, 256);
}

function findBrace(raw: string): { start: number; end: number; choices: readonly string[] } | undefined {
  for (let start = 0; start < raw.length; start += 1) {
    const c = raw[start];
    if (c === '\\') start += 1;
    else if (c === '"' || c === "'") {
      const close = raw.indexOf(c, start + 1);
      if (close === -1) return undefined;
      start = close;
    } else if (c === '$' && raw[start + 1] === '{') start = Math.max(start, raw.indexOf('}', start));
    else if (c === '{') {
      const found = readBrace(raw, start);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function readBrace(raw: string, start: number): { start: number; end: number; choices: readonly string[] } | undefined {
  let depth = 0;
  const choices: string[] = [];
  let from = start + 1;
  for (let i = start; i < raw.length; i += 1) {
    const c = raw[i];
    if (c === '\\') i += 1;
    else if (c === '{') depth += 1;
    else if (c === ',' && depth === 1) {
      choices.push(raw.slice(from, i));
      from = i + 1;
    } else if (c === '}') {
      depth -= 1;
      if (depth > 0) continue;
      if (choices.length > 0) return { start, end: i + 1, choices: [...choices, raw.slice(from, i)] };
      const range = /^(-?\d+)\.\.(-?\d+)$/.exec(raw.slice(from, i));
      if (range === null) return undefined;
      const [low, high] = [Number(range[1]), Number(range[2])];
      const length = Math.min(256, Math.abs(high - low) + 1);
      return { start, end: i + 1, choices: Array.from({ length }, (_, n) => String(low <= high ? low + n : low - n)) };
    }
  }
  return undefined;
}
