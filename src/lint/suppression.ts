/*
 * Suppressions: comments that say "not here".
 *
 *     # envariant-ignore rule-a, rule-b -- reason      the next line, and all of what begins there: a rule, an entry, a block
 *     # envariant-ignore-line …                        the comment's own line
 *     # envariant-ignore-file …                        the whole file
 *     # envariant-ignore-start … / # envariant-ignore-end …   the lines between them
 *
 * Without rules, all are meant. A finding is where its first line is. What names no rule, and what suppresses nothing, is
 * a finding itself, with the edit that mends it; those are of severity info, so that they never fail a run.
 */
import { LineTable, type Span } from '../text/span.js';
import type { Fix } from './fix.js';
import { nearest } from './nearest.js';
import type { Location, ReportFinding, Severity, SuppressedFinding, Suppression } from './report.js';

/** A file with the places of its comments, and of its statements over several lines. */
export interface CommentedFile {
  readonly file: string;
  readonly text: string;
  readonly comments: readonly Span[];
  readonly units: readonly Span[];
}

/** What suppressions are judged by. */
export interface SuppressionContext {
  readonly files: readonly CommentedFile[];
  /** The ids of every rule that there is. */
  readonly rules: readonly string[];
  /** Whether a rule ran over a file; what did not run cannot be suppressed in vain. */
  readonly ran: (rule: string, file: string) => boolean;
  readonly requireReason: (file: string) => boolean;
}

/** The ids of the findings about suppressions themselves. */
export const SUPPRESSION_RULES = ['unknown-suppression', 'unused-suppression', 'unexplained-suppression'] as const;
type SuppressionRule = (typeof SUPPRESSION_RULES)[number];

/** Whether a text may have suppressions at all; all else need not be searched for comments. */
export function mentionsSuppression(text: string): boolean {
  return text.includes('envariant-ignore');
}

type Scope = 'next' | 'line' | 'file' | 'start' | 'end';
const SCOPES: { readonly [suffix: string]: Scope } = {
  '': 'next',
  '-line': 'line',
  '-file': 'file',
  '-start': 'start',
  '-end': 'end',
};

interface NamedRule {
  readonly id: string;
  readonly span: Span;
}

interface Directive {
  readonly file: CommentedFile;
  readonly lines: LineTable;
  readonly comment: Span;
  readonly scope: Scope;
  /** Empty for all. */
  readonly names: readonly NamedRule[];
  readonly reason: string;
  /** The lines in which it holds; 1-based, both included. */
  readonly from: number;
  readonly to: number;
  /** The ids that it has suppressed. */
  readonly used: Set<string>;
}

/** Takes away what comments suppress, and adds what is wrong with the comments. */
export function applySuppressions(
  findings: readonly ReportFinding[],
  context: SuppressionContext,
): { readonly findings: readonly ReportFinding[]; readonly suppressed: readonly SuppressedFinding[] } {
  const about: ReportFinding[] = [];
  const directives = new Map<string, readonly Directive[]>();
  for (const file of context.files) {
    if (mentionsSuppression(file.text)) directives.set(file.file, readDirectives(file, about));
  }
  if (directives.size === 0) return { findings, suppressed: [] };
  const suppressed: SuppressedFinding[] = [];
  const isLeft = (finding: ReportFinding, named: boolean): boolean => {
    const suppression = suppressionOf(directives.get(finding.location.file), finding, named);
    if (suppression !== undefined) suppressed.push({ ...finding, suppression });
    return suppression === undefined;
  };
  const left = findings.filter((finding) => isLeft(finding, false));
  for (const [file, own] of directives) {
    const needsReason = context.requireReason(file);
    for (const directive of own) about.push(...judge(directive, context, needsReason));
  }
  const complaints = about.filter((finding) => isLeft(finding, true));
  return { findings: inOrder([...left, ...complaints]), suppressed: inOrder(suppressed) };
}

/** The first of these that holds for a finding; what is about suppressions must be named. */
function suppressionOf(
  directives: readonly Directive[] | undefined,
  { rule, location }: ReportFinding,
  named: boolean,
): Suppression | undefined {
  let first: Directive | undefined;
  for (const directive of directives ?? []) {
    const { names, from, to, used } = directive;
    if (location.line < from || location.line > to) continue;
    if (names.some(({ id }) => id === rule) || (names.length === 0 && !named)) {
      used.add(rule);
      first ??= directive;
    }
  }
  if (first === undefined) return undefined;
  const { file, lines, comment, reason } = first;
  return { kind: 'comment', reason, location: locationOf(file.file, lines, comment) };
}

/** Files stay in their order; within one, findings go by their place. */
function inOrder<T extends ReportFinding>(findings: readonly T[]): readonly T[] {
  const order = new Map<string, number>();
  for (const { location } of findings) if (!order.has(location.file)) order.set(location.file, order.size);
  const at = ({ location }: ReportFinding): number => order.get(location.file) ?? 0;
  return [...findings].sort(
    (a, b) => at(a) - at(b) || a.location.line - b.location.line || a.location.column - b.location.column,
  );
}

// ------------------------------------------------------------------------------------------------ reading

const HEAD = /^(?:#+|\/\/+|\/\*+)\s*envariant-ignore(-[\w-]+)?(?![\w-])[ \t:]*/;

function readDirectives(file: CommentedFile, about: ReportFinding[]): readonly Directive[] {
  const lines = new LineTable(file.text);
  const found: Directive[] = [];
  const alone = aloneLines(file, lines);
  for (const comment of file.comments) {
    const raw = file.text.slice(comment.start, comment.end).split('\n', 1)[0]?.trimEnd() ?? '';
    const [head, suffix = ''] = HEAD.exec(raw) ?? [];
    if (head === undefined) continue;
    const span = { start: comment.start, end: Math.max(comment.end, comment.start + raw.length) };
    const scope = Object.hasOwn(SCOPES, suffix) ? SCOPES[suffix] : undefined;
    if (scope === undefined) {
      about.push(unknownScope(file, lines, span, suffix));
      continue;
    }
    const body = raw.slice(head.length).replace(/\*+\/$/, '');
    const [names = '', ...reason] = body.split(/(?:^|\s)--(?=\s|$)/);
    const offset = comment.start + head.length;
    const directive = {
      file,
      lines,
      comment: span,
      scope,
      names: [...names.matchAll(/[^\s,]+/g)].map(({ 0: id, index }) => ({
        id,
        span: { start: offset + index, end: offset + index + id.length },
      })),
      reason: reason.join(' -- ').trim(),
      used: new Set<string>(),
    };
    const last = lines.count;
    const own = lines.position(comment.start).line;
    if (scope === 'next') found.push({ ...directive, ...nextLines(file, lines, own, alone) });
    else if (scope === 'line') found.push({ ...directive, from: own, to: lines.position(span.end).line });
    else if (scope === 'file') found.push({ ...directive, from: 1, to: last });
    else if (scope === 'start') found.push({ ...directive, from: own, to: last });
    else closeStarts(found, { ...directive, from: own, to: own });
  }
  return found;
}

/** An end closes the starts that are open and have its rules; without rules, all of them. */
function closeStarts(found: Directive[], end: Directive): void {
  const ids = new Set(end.names.map(({ id }) => id));
  let closed = false;
  for (const [i, one] of found.entries()) {
    if (one.scope !== 'start' || one.to !== one.lines.count || one.from > end.from) continue;
    if (ids.size > 0 && !(one.names.length === ids.size && one.names.every(({ id }) => ids.has(id)))) continue;
    found[i] = { ...one, to: end.from };
    closed = true;
  }
  if (!closed) found.push(end);
}

/** The lines that have nothing but a comment, or nothing at all. */
function aloneLines(file: CommentedFile, lines: LineTable): ReadonlySet<number> {
  const alone = new Set<number>();
  for (const { start, end } of file.comments) {
    const { line, column } = lines.position(start);
    if (
      lines
        .line(line)
        .slice(0, column - 1)
        .trim() !== ''
    )
      continue;
    for (let at = line; at <= lines.position(end).line; at += 1) alone.add(at);
  }
  return alone;
}

/** The next line with something on it, and the statement that begins there. */
function nextLines(
  file: CommentedFile,
  lines: LineTable,
  own: number,
  alone: ReadonlySet<number>,
): { readonly from: number; readonly to: number } {
  let from = own + 1;
  while (from <= lines.count && (alone.has(from) || lines.line(from).trim() === '')) from += 1;
  const ends = file.units
    .filter(({ start }) => lines.position(start).line === from)
    .map(({ end }) => lines.position(end).line);
  return { from, to: Math.max(from, ...ends) };
}

// ----------------------------------------------------------------------------------------------- judging

function judge(directive: Directive, context: SuppressionContext, needsReason: boolean): readonly ReportFinding[] {
  const { file, lines, comment, names, used, scope } = directive;
  const findings: ReportFinding[] = [];
  if (scope === 'end') {
    const fixes = [removal(directive, names)];
    return [complaint('unused-suppression', file, lines, comment, 'This ends a suppression that never begins.', fixes)];
  }
  const known = [...context.rules, ...SUPPRESSION_RULES];
  const unknown = names.filter(({ id }) => !known.includes(id));
  for (const name of unknown) {
    const near = nearest(name.id, known);
    const hint = near === undefined ? '' : ` Did you mean \`${near}\`?`;
    const message = `There is no rule \`${name.id}\`, so this suppresses nothing.${hint}`;
    const fixes =
      near === undefined
        ? [removal(directive, [name])]
        : [rename(file, name.span, near), { ...removal(directive, [name]), safe: false }];
    findings.push(complaint('unknown-suppression', file, lines, name.span, message, fixes));
  }
  // A suppression of `unused-suppression` itself is never judged: it would have to be judged by what it suppresses.
  const unused = names.filter(
    ({ id }) => !isAbout(id) && context.rules.includes(id) && !used.has(id) && context.ran(id, file.file),
  );
  if (names.length === 0 && used.size === 0) {
    const message = 'Nothing is found here, so this suppresses nothing.';
    findings.push(complaint('unused-suppression', file, lines, comment, message, [removal(directive, [])]));
  } else if (unused.length > 0) {
    const ids = unused.map(({ id }) => `\`${id}\``).join(', ');
    const span = unused.length === names.length ? comment : (unused[0]?.span ?? comment);
    const message = `${ids} ${unused.length === 1 ? 'finds' : 'find'} nothing here, so this suppresses nothing.`;
    findings.push(complaint('unused-suppression', file, lines, span, message, [removal(directive, unused)]));
  }
  if (needsReason && directive.reason === '' && (names.length === 0 || used.size > 0)) {
    const message = 'This suppression does not say why.';
    findings.push(complaint('unexplained-suppression', file, lines, comment, message, []));
  }
  return findings;
}

function isAbout(id: string): boolean {
  return SUPPRESSION_RULES.some((rule) => rule === id);
}

function unknownScope(file: CommentedFile, lines: LineTable, comment: Span, suffix: string): ReportFinding {
  const near =
    suffix === '-next-line' || suffix === '-next'
      ? ''
      : nearest(
          suffix,
          Object.keys(SCOPES).filter((one) => one !== ''),
        );
  const start = file.text.indexOf('envariant-ignore', comment.start);
  const span = { start, end: start + 'envariant-ignore'.length + suffix.length };
  const hint = near === undefined ? '' : ` Did you mean \`envariant-ignore${near}\`?`;
  const message = `There is no suppression \`envariant-ignore${suffix}\`.${hint}`;
  const fixes = near === undefined ? [] : [rename(file, span, `envariant-ignore${near}`)];
  return complaint('unknown-suppression', file, lines, span, message, fixes);
}

const SEVERITIES: { readonly [rule in SuppressionRule]: Severity } = {
  'unknown-suppression': 'info',
  'unused-suppression': 'info',
  'unexplained-suppression': 'warning',
};

const HELPS: { readonly [rule in SuppressionRule]: string } = {
  'unknown-suppression': 'Correct the name, or remove it.',
  'unused-suppression': 'Remove it, so that it does not hide what comes later.',
  'unexplained-suppression': 'Add the reason behind two hyphens: `-- why this is right`.',
};

function complaint(
  rule: SuppressionRule,
  file: CommentedFile,
  lines: LineTable,
  span: Span,
  message: string,
  fixes: readonly Fix[],
): ReportFinding {
  return {
    rule,
    category: 'suppressions',
    severity: SEVERITIES[rule],
    confidence: 'proven',
    message,
    location: locationOf(file.file, lines, span),
    related: [],
    variants: [],
    effect: '',
    help: HELPS[rule],
    url: '',
    ...(fixes.length === 0 ? {} : { fixes }),
  };
}

function locationOf(file: string, lines: LineTable, { start, end }: Span): Location {
  const from = lines.position(start);
  const to = lines.position(end);
  return { file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}

// ------------------------------------------------------------------------------------------------- fixing

function rename({ file }: CommentedFile, span: Span, text: string): Fix {
  return { title: `Write ${text}`, safe: false, edits: [{ file, ...span, text }] };
}

/** Removes names from a suppression; the whole comment when none is left, and its line when nothing else is on it. */
function removal({ file, comment, names }: Directive, gone: readonly NamedRule[]): Fix {
  const { text } = file;
  const [first] = names;
  const last = names[names.length - 1];
  if (gone.length < names.length && first !== undefined && last !== undefined) {
    const kept = names.filter((name) => !gone.includes(name)).map(({ id }) => id);
    const edit = { file: file.file, start: first.span.start, end: last.span.end, text: kept.join(', ') };
    return { title: `Remove ${gone.map(({ id }) => id).join(', ')} from this suppression`, safe: true, edits: [edit] };
  }
  let { start, end } = comment;
  while (start > 0 && /[ \t]/.test(text[start - 1] ?? '')) start -= 1;
  const feed = /^[ \t]*(\r?\n|$)/.exec(text.slice(end, end + 200));
  const wholeLine = (start === 0 || text[start - 1] === '\n') && feed !== null;
  if (wholeLine) end += feed[0].length;
  // Code behind a comment on its line keeps its indentation.
  else if (start === 0 || text[start - 1] === '\n') start = comment.start;
  return { title: 'Remove this suppression', safe: true, edits: [{ file: file.file, start, end, text: '' }] };
}
