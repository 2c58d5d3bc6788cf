import type { Place } from '../text/span.js';
import type { Condition } from '../value/diagram.js';
import type { Row, Value } from './divergence.js';
import type { Selecting } from './environment.js';
import type { Fix } from './fix.js';
import { type OptionTable, type OptionValues, type RuleOptions, withDefaults } from './options.js';
import type { Confidence, Severity } from './report.js';
import type { Subject } from './subjects.js';

/** What findings are about; the classes of the labelled cases. */
export type Category = (typeof CATEGORIES)[number];

/** All categories; settings set severities by them. */
export const CATEGORIES = [
  'conditional-build',
  'shared-image',
  'build-args',
  'instrumentation',
  'base-selection',
  'file-selection',
  'baked-environment',
  'ambient-input',
  'dead-selector',
  'sibling-drift',
  'bundler-mode',
] as const;

/** What a rule says of a subject. */
export interface Draft {
  readonly at: Place;
  /** What is wrong, in one sentence; `{selector}` stands for the names that the value depends on. */
  readonly message: string;
  /**
   * The value that must not differ between environments. The linter restricts it to where the subject ships and the
   * build succeeds, drops it when it is constant, finds the witness and shows both sides.
   */
  readonly value?: Value;
  /** The environments of a finding that is no divergence of one value, with what each of them gets. */
  readonly rows?: readonly Row[];
  /** Counts "not there at all" as a value too; on by default. */
  readonly absence?: boolean;
  /** Which selectors count: those that say the environment (the default), or every input that is not a platform or a version. */
  readonly selectors?: 'environment' | 'any';
  /** A plain finding is reported only where this is possible; without it, always. */
  readonly when?: Condition;
  readonly severity?: Severity;
  readonly confidence?: Confidence;
  /** Why it matters, with the figure. */
  readonly effect?: string;
  /** What to do about it. */
  readonly help: string;
  readonly related?: readonly { readonly at: Place; readonly message: string }[];
  /** What repairs it. */
  readonly fixes?: readonly Fix[];
}

/** What a rule gets beside its subject. */
export interface RuleContext<Options = RuleOptions> {
  /** Which selectors count in this project. */
  readonly selecting: Selecting;
  /** The options that the rule declares: what the settings say, and the defaults of all else. */
  readonly options: Options;
}

/** A rule: it decides and speaks; all rules of a subject's kind are asked about it. */
export interface Rule<K extends Subject['kind'] = Subject['kind'], O extends OptionTable = OptionTable> {
  readonly id: string;
  /** What it finds, in one sentence. */
  readonly summary: string;
  readonly category: Category;
  readonly severity: Severity;
  /** The version that brought the rule. */
  readonly since: string;
  /** What the rule is asked about. */
  readonly subject: K | readonly K[];
  /** What settings may give it beside a severity: `"rules": { "id": ["warning", { … }] }`. */
  readonly options?: O;
  check(subject: Extract<Subject, { kind: K }>, context: RuleContext<OptionValues<O>>): Iterable<Draft>;
}

/** A rule of any subject, as the linter keeps them. */
export interface AnyRule extends Omit<Rule, 'check' | 'subject' | 'options'> {
  readonly subjects: readonly Subject['kind'][];
  readonly options: OptionTable;
  checkAny(subject: Subject, context: RuleContext): Iterable<Draft>;
}

/** Declares a rule. */
export function defineRule<K extends Subject['kind'], const O extends OptionTable = Record<never, never>>(
  rule: Rule<K, O>,
): AnyRule {
  const subjects: readonly Subject['kind'][] = typeof rule.subject === 'string' ? [rule.subject] : rule.subject;
  const options: OptionTable = rule.options ?? {};
  const isOwn = (subject: Subject): subject is Extract<Subject, { kind: K }> => subjects.includes(subject.kind);
  return {
    id: rule.id,
    summary: rule.summary,
    category: rule.category,
    severity: rule.severity,
    since: rule.since,
    subjects,
    options,
    checkAny: (subject, { selecting, options: given }) =>
      isOwn(subject) ? rule.check(subject, { selecting, options: withDefaults<O>(rule.id, options, given) }) : [],
  };
}
