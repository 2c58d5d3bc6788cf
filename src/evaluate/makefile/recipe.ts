import { Collector, compose, endOfReference, isBlank } from '../../syntax/makefile/lines.js';
import type { MappedText } from '../../text/mapped.js';

/**
 * A recipe line as make expands it: inside references a backslash-newline is a space, elsewhere it stays for the shell, and
 * the tab behind it goes (job.c: new_job and construct_command_argv).
 */
export function recipeText(line: MappedText): MappedText {
  const s = line.text;
  if (!s.includes('\n')) return line;
  const out = new Collector(s);
  let at = 0;
  while (at < s.length) {
    const dollar = s.indexOf('$', at);
    const feed = s.indexOf('\n', at);
    if (feed === -1) break;
    if (dollar === -1 || feed < dollar) {
      out.range(at, feed + 1);
      at = feed + 1;
      if (s[at] === '\t') at += 1;
      continue;
    }
    // Make looks for a parenthesis behind every dollar, also behind the second of `$$(`.
    const opens = s[dollar + 1] === '(' || s[dollar + 1] === '{';
    const end = opens ? endOfReference(s, dollar) : dollar + 1;
    out.range(at, dollar);
    at = dollar;
    for (let next = s.indexOf('\n', at); next !== -1 && next < end; next = s.indexOf('\n', at)) {
      out.range(at, next - 1);
      out.trimBlanks();
      out.as(' ', next - 1);
      at = next + 1;
      while (at < end && isBlank(s[at])) at += 1;
    }
    out.range(at, end);
    at = end;
  }
  out.range(at, s.length);
  return compose(out.done(0), line);
}
