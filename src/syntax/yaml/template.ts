/*
 * Templates of other tools in YAML: `{{ … }}` of Helm, Go, Jinja and Ansible, `{% … %}` and `{# … #}` of Jinja. `${{ … }}`
 * of GitHub is YAML's own plain text and stays.
 */

const CLOSERS: Readonly<Record<string, string>> = { '{{': '}}', '{%': '%}', '{#': '#}' };

interface Template {
  readonly start: number;
  readonly end: number;
}

/**
 * A text of the same length in which templates cannot confuse a YAML parser: a line that has nothing else is a comment, a
 * template inside a line is plain characters.
 */
export function maskTemplates(text: string): string {
  const templates = templatesOf(text);
  let out = '';
  let done = 0;
  for (let i = 0; i < templates.length; ) {
    const first = templates[i];
    if (first === undefined) break;
    // Templates with nothing but blanks between them.
    let last = i;
    for (let next = templates[last + 1]; next !== undefined; next = templates[last + 1]) {
      const end = templates[last]?.end ?? 0;
      if (!isBlank(text, end, next.start)) break;
      last += 1;
    }
    const end = templates[last]?.end ?? first.end;
    const lineStart = text.lastIndexOf('\n', first.start - 1) + 1;
    const lineEnd = lineEndOf(text, end);
    if (lineStart >= done && isBlank(text, lineStart, first.start) && isBlank(text, end, lineEnd)) {
      out += text.slice(done, first.start);
      out += comment(text.slice(first.start, lineEnd), first.start - lineStart);
      done = lineEnd;
    } else {
      for (const template of templates.slice(i, last + 1)) {
        out += text.slice(done, template.start);
        out += text.slice(template.start, template.end).replace(/[^\r\n]/g, 'T');
        done = template.end;
      }
    }
    i = last + 1;
  }
  return out + text.slice(done);
}

function templatesOf(text: string): readonly Template[] {
  const found: Template[] = [];
  const missing = new Set<string>();
  for (const { 0: opener, index } of text.matchAll(/\{[{%#]/g)) {
    if (index < (found.at(-1)?.end ?? 0) || missing.has(opener)) continue;
    if (opener === '{{' && text[index - 1] === '$') continue;
    const closer = CLOSERS[opener] ?? '';
    const close = text.indexOf(closer, index + 2);
    // What is not closed here is closed nowhere after; to look again each time would take the square of the file.
    if (close === -1) missing.add(opener);
    else found.push({ start: index, end: close + 2 });
  }
  return found;
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (text[at] !== ' ' && text[at] !== '\t') return false;
  return true;
}

function lineEndOf(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  if (newline === -1) return text.length;
  return text[newline - 1] === '\r' && newline > from ? newline - 1 : newline;
}

/** Lines as comments of the same length, all but the first indented like the first. */
function comment(text: string, indent: number): string {
  let first = true;
  return text.replace(/[^\r\n]+/g, (line) => {
    const blanks = first ? 0 : Math.min(indent, line.length - 1);
    first = false;
    return `${' '.repeat(blanks)}#${'-'.repeat(line.length - blanks - 1)}`;
  });
}
