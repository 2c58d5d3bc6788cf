/*
 * Which refs and events a workflow is run for.
 *
 * `github.ref` and `github.event_name` are selectors; the filters of `on` restrict them. Wildcards are questions about the
 * ref, and questions do not know of each other, so each filter also says what follows from its fixed beginning: a ref that
 * matches `v*` among the tags starts with `refs/tags/`, and with nothing else that an expression of the file asks for.
 */
import type { Pattern, Trigger } from '../../syntax/workflow/tree.js';
import type { Condition } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import { refBegins, refSelector } from './ref.js';
import type { Machine } from './state.js';

/** The expression of the branch that a pull request is from. */
export const HEAD_REF = '${{ github.head_ref }}';

/** The name of the event: a constant when the workflow has one, else an answer. */
export function eventText(texts: Texts, triggers: readonly Trigger[]): Text {
  const events = eventsOf(triggers);
  const [only, another] = events;
  if (only !== undefined && another === undefined) return texts.literal(only);
  const selector = texts.space.input('github.event_name');
  for (const event of events) selector.mentioned.add(event);
  return texts.answer(selector);
}

function eventsOf(triggers: readonly Trigger[]): readonly string[] {
  return [...new Set(triggers.map(({ event }) => event))].filter((event) => event !== 'workflow_call');
}

/** Where the event is one of these. */
export function isEvent(texts: Texts, triggers: readonly Trigger[], ...names: readonly string[]): Condition {
  const { space } = texts;
  const events = eventsOf(triggers);
  const found = names.filter((name) => events.includes(name));
  if (found.length === 0) return space.false;
  return events.length === 1 ? space.true : space.is(space.input('github.event_name'), ...found);
}

/** Where the workflow is run at all. */
export function startCondition(machine: Machine, triggers: readonly Trigger[]): Condition {
  const { texts } = machine;
  const { space } = texts;
  let when: Condition = space.false;
  for (const trigger of triggers) {
    if (trigger.event === 'workflow_call') continue;
    const event = isEvent(texts, triggers, trigger.event);
    when = space.or(when, space.and(event, filterOf(machine, trigger)));
  }
  return eventsOf(triggers).length === 0 ? space.true : when;
}

function filterOf(machine: Machine, trigger: Trigger): Condition {
  const { space } = machine.texts;
  const branch = beginsWith(machine, 'refs/heads/');
  const tag = beginsWith(machine, 'refs/tags/');
  switch (trigger.event) {
    case 'push': {
      const branches = filtered(machine, 'refs/heads/', trigger.branches, trigger.branchesIgnore);
      const tags = filtered(machine, 'refs/tags/', trigger.tags, trigger.tagsIgnore);
      if (branches === undefined && tags === undefined) return space.or(branch, tag);
      return space.or(branches ?? space.false, tags ?? space.false);
    }
    case 'pull_request': {
      const named = space.not(machine.texts.isEmpty(machine.texts.symbol(HEAD_REF)));
      return space.and(beginsWith(machine, 'refs/pull/'), named);
    }
    case 'release':
      return tag;
    case 'workflow_dispatch': {
      const chosen = trigger.inputs.reduce((all, input) => {
        const selector = space.input(`inputs.${input.name}`);
        if (input.type === 'choice' && input.options.length > 0)
          return space.and(all, space.is(selector, ...input.options));
        const needed = input.required && input.fallback === undefined && input.type !== 'boolean';
        return needed ? space.and(all, space.not(space.is(selector, undefined, ''))) : all;
      }, space.true);
      return space.and(chosen, space.or(branch, tag));
    }
    case 'schedule':
    case 'workflow_run':
    case 'repository_dispatch':
    case 'pull_request_target':
      return branch;
    default:
      return space.true;
  }
}

/** Where the ref begins so, with what follows for the other beginnings that are asked for. */
export function beginsWith(machine: Machine, prefix: string): Condition {
  const { texts } = machine;
  const { space } = texts;
  let when = refBegins(texts, prefix);
  for (const asked of machine.prefixes) {
    if (prefix.startsWith(asked)) when = space.and(when, refBegins(texts, asked));
    else if (!asked.startsWith(prefix)) when = space.and(when, space.not(refBegins(texts, asked)));
  }
  return when;
}

function filtered(
  machine: Machine,
  kind: string,
  included: readonly Pattern[] | undefined,
  ignored: readonly Pattern[] | undefined,
): Condition | undefined {
  const { space } = machine.texts;
  if (included === undefined && ignored === undefined) return undefined;
  let when: Condition = included === undefined ? beginsWith(machine, kind) : space.false;
  for (const { text } of included ?? []) {
    if (text.startsWith('!')) when = space.and(when, space.not(matches(machine, kind, text.slice(1))));
    else when = space.or(when, matches(machine, kind, text));
  }
  for (const { text } of ignored ?? []) when = space.and(when, space.not(matches(machine, kind, text)));
  return when;
}

/** Where the ref is of a kind and its name matches a pattern. */
function matches(machine: Machine, kind: string, pattern: string): Condition {
  const { texts } = machine;
  const { space } = texts;
  const selector = refSelector(texts);
  if (!/[*?+[\]!\\]/.test(pattern)) return space.is(selector, `${kind}${pattern}`);
  const fixed = /^[^*?+[\]!\\]*/.exec(pattern)?.[0] ?? '';
  // The character before `?` and `+` is not fixed.
  const prefix = /^[?+]/.test(pattern.slice(fixed.length)) ? fixed.slice(0, -1) : fixed;
  const begins = beginsWith(machine, `${kind}${prefix}`);
  if (/^\*\*$/.test(pattern.slice(prefix.length))) return begins;
  const expression = patternOf(pattern);
  const question = space.test(selector, `matches ${kind}${pattern}`, (answer) => {
    const ref = answer ?? '';
    return ref.startsWith(kind) && expression?.test(ref.slice(kind.length)) === true;
  });
  return space.and(question, begins);
}

/** A filter pattern of GitHub as a regular expression; undefined when it is none. */
export function patternOf(pattern: string): RegExp | undefined {
  const source = pattern.slice(0, 300).replace(/\*{2,}|[*?+.^$(){}|]|\[[^\]]*\]?|\\./g, (found) => {
    if (found.startsWith('**')) return '.*';
    if (found === '*') return '[^/]*';
    if (found === '?' || found === '+') return found;
    if (found.startsWith('[') || found.startsWith('\\')) return found;
    return `\\${found}`;
  });
  try {
    return new RegExp(`^${source}$`, 's');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
