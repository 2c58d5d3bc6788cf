import type { Variant, When } from '../lint/report.js';

type Answers = When[string];
type Listed = readonly (string | null)[];

/** Names the rows of a finding: by the environments of the settings where there are some, with their answers behind. */
export function variantNames(variants: readonly Pick<Variant, 'when' | 'environments'>[]): readonly string[] {
  const answers = environmentNames(variants.map(({ when }) => when));
  return variants.map(({ when, environments = [] }, i) => {
    const plain = answers[i] ?? '';
    if (environments.length === 0) return plain;
    const names = environments.join(', ');
    return isSaid(when, environments) ? names : `${names} (${plain})`;
  });
}

/** Whether the names of environments are the answers themselves, so that these need not be told too. */
function isSaid(when: Variant['when'], names: readonly string[]): boolean {
  const [asked, another] = when === 'otherwise' ? [] : Object.values(when);
  if (asked === undefined || another !== undefined || !isListed(asked)) return false;
  return asked.length === names.length && asked.every((one) => one !== null && names.includes(one));
}

/**
 * Names the environments of each row of a table by their answers; `any other ENV` is said only where the table itself, or what is shown
 * `besides`, has the others.
 */
export function environmentNames(whens: readonly Variant['when'][], besides: readonly When[] = []): readonly string[] {
  const mentioned = new Map<string, Set<string | null>>();
  for (const when of [...whens, ...besides]) {
    if (when === 'otherwise') continue;
    for (const [selector, answers] of Object.entries(when)) {
      const seen = mentioned.get(selector) ?? new Set();
      if ('where' in answers) mentioned.set(selector, seen);
      if (!isListed(answers)) continue;
      for (const answer of answers) seen.add(answer);
      mentioned.set(selector, seen);
    }
  }
  return whens.map((when) => {
    if (when === 'otherwise') return 'otherwise';
    const parts = Object.entries(when).map(([selector, answers]) => name(selector, answers, mentioned.get(selector)));
    return parts.length === 0 ? 'every environment' : parts.join(' and ');
  });
}

function isListed(answers: Answers): answers is Listed {
  return Array.isArray(answers);
}

function name(selector: string, answers: Answers, mentioned: ReadonlySet<string | null> | undefined): string {
  if (isListed(answers)) return listed(selector, answers);
  if ('where' in answers) return `${selector} ${answers.where.join(' and ')}`;
  const { not } = answers;
  if (not.length === 0) return mentioned === undefined ? `any ${selector}` : `any other ${selector}`;
  const others = mentioned !== undefined && not.length === mentioned.size && not.every((one) => mentioned.has(one));
  if (others) return `any other ${selector}`;
  const values = not.filter((one) => one !== null).map(quoted);
  const set = not.includes(null) ? ' set' : '';
  return `${selector}${set}${values.length === 0 ? '' : `${set === '' ? '' : ','} not ${values.join(', ')}`}`;
}

function listed(selector: string, answers: Listed): string {
  const values = answers.filter((one) => one !== null).map(quoted);
  if (!answers.includes(null)) return `${selector}=${values.join(', ')}`;
  return values.length === 0 ? `${selector} unset` : `${selector}=${values.join(', ')} or unset`;
}

/** Quotes where the bare value would be unclear: empty, blanks and commas, or the very words that the names use. */
function quoted(value: string): string {
  return value === 'unset' || !/^[^\s,"'`]+$/.test(value) ? JSON.stringify(value) : value;
}

/** Joins environments that differ in the answers to one selector only, so that equal rows of a table become one. */
export function mergeEnvironments(whens: readonly When[]): readonly When[] {
  const out = [...whens];
  for (let again = true; again; ) {
    again = false;
    for (let a = 0; a < out.length; a++) {
      for (let b = out.length - 1; b > a; b--) {
        const left = out[a];
        const right = out[b];
        const both = left === undefined || right === undefined ? undefined : merged(left, right);
        if (both === undefined) continue;
        out[a] = both;
        out.splice(b, 1);
        again = true;
      }
    }
  }
  return out;
}

function merged(left: When, right: When): When | undefined {
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return undefined;
  let different: string | undefined;
  for (const selector of names) {
    const one = left[selector];
    const other = right[selector];
    if (one === undefined || other === undefined) return undefined;
    if (sameAnswers(one, other)) continue;
    if (different !== undefined) return undefined;
    different = selector;
  }
  if (different === undefined) return left;
  const one = left[different];
  const other = right[different];
  if (one === undefined || other === undefined) return undefined;
  const joined = union(one, other);
  if (joined === undefined) return undefined;
  const rest = Object.entries(left).map(
    ([selector, answers]) => [selector, selector === different ? joined : answers] as const,
  );
  return Object.fromEntries(
    rest.filter(([, answers]) => isListed(answers) || 'where' in answers || answers.not.length > 0),
  );
}

function sameAnswers(left: Answers, right: Answers): boolean {
  if (isListed(left)) return isListed(right) && sameList(left, right);
  if ('where' in left) return !isListed(right) && 'where' in right && sameList(left.where, right.where);
  return !isListed(right) && 'not' in right && sameList(left.not, right.not);
}

function sameList(left: Listed, right: Listed): boolean {
  return left.length === right.length && left.every((one) => right.includes(one));
}

/** The answers of both; undefined where a fact is asked for, which no list joins. */
function union(left: Answers, right: Answers): Answers | undefined {
  if ('where' in left || 'where' in right) return undefined;
  if (isListed(left)) {
    return isListed(right)
      ? [...new Set([...left, ...right])]
      : { not: right.not.filter((one) => !left.includes(one)) };
  }
  if (isListed(right)) return { not: left.not.filter((one) => !right.includes(one)) };
  return { not: left.not.filter((one) => right.not.includes(one)) };
}
