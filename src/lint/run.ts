/*
 * Runs the rules over a build and makes findings of their drafts: restricts a value to where it counts, drops what is
 * constant, finds the witness, grades it, and tells each cause once.
 */

import { environmentOf, isBuildToggle } from '../knowledge/environments.js';
import { type Build, type Decision, GOAL } from '../model/build.js';
import { type Place, placeKey } from '../text/span.js';
import { type Condition, type Selector, supportOf } from '../value/diagram.js';
import { findWitness, type Row, rowsOf, type Witness } from './divergence.js';
import { draftsIn } from './draft.js';
import { byKnownNames, rootOf, type Selecting } from './environment.js';
import type { Fix } from './fix.js';
import type { RuleOptions } from './options.js';
import type { Confidence, Severity } from './report.js';
import type { AnyRule, Category, Draft } from './rule.js';
import { type Subject, subjectsOf } from './subjects.js';

/** A finding before it has lines and columns. */
export interface Finding {
  readonly rule: string;
  readonly category: Category;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly message: string;
  readonly at: Place;
  readonly related: readonly { readonly at: Place; readonly message: string }[];
  readonly rows: readonly Row[];
  readonly effect: string;
  readonly help: string;
  readonly fixes?: readonly Fix[];
}

/** What the rules say about a build, and the rules that failed. */
export interface BuildFindings {
  readonly findings: readonly Finding[];
  readonly faults: readonly { readonly rule: string; readonly message: string }[];
}

interface Candidate extends Finding {
  /** The instruction and the selectors: findings that share both have one cause. */
  readonly cause: string | undefined;
}

const RANK: Readonly<Record<Severity, number>> = { error: 2, warning: 1, info: 0 };

/** What the settings of a project say to a run. */
export interface RunContext {
  readonly selecting: Selecting;
  readonly settingOf: (rule: string, category: Category) => { readonly level: string; readonly options: RuleOptions };
}

const withoutSettings: RunContext = { selecting: byKnownNames, settingOf: () => ({ level: 'on', options: {} }) };

/** Runs every rule over every subject of a build: its own ones, or those that were made of what it stands for. */
export function runRules(
  build: Build,
  rules: readonly AnyRule[],
  context = withoutSettings,
  subjects: readonly Subject[] = subjectsOf(build, context.selecting),
): BuildFindings {
  const candidates: Candidate[] = [];
  const faults: { rule: string; message: string }[] = [];
  const broken = new Set<string>();
  const { selecting } = context;
  const settings = new Map(rules.map((rule) => [rule, context.settingOf(rule.id, rule.category)]));
  for (const subject of subjects) {
    for (const rule of rules) {
      const { level = 'on', options = {} } = settings.get(rule) ?? {};
      if (!rule.subjects.includes(subject.kind) || broken.has(rule.id) || level === 'off') continue;
      try {
        for (const draft of draftsIn(rule.checkAny(subject, { selecting, options }))) {
          const finding = judge(build, subject, rule, draft, selecting);
          if (finding !== undefined) candidates.push(finding);
        }
      } catch (error) {
        broken.add(rule.id);
        faults.push({ rule: rule.id, message: error instanceof Error ? error.message : String(error) });
      }
    }
  }
  return { findings: uniteCauses(candidates), faults };
}

function judge(
  build: Build,
  subject: Subject,
  rule: AnyRule,
  draft: Draft,
  selecting: Selecting,
): Candidate | undefined {
  const { texts } = build;
  const { space } = texts;
  const common = {
    rule: rule.id,
    category: rule.category,
    severity: draft.severity ?? rule.severity,
    at: draft.at,
    effect: draft.effect ?? '',
    help: draft.help,
    ...(draft.fixes === undefined ? {} : { fixes: draft.fixes }),
  };
  const related = [
    ...(draft.related ?? []),
    ...subject.others.filter((other) => !samePlace(other, draft.at)).map((at) => ({ at, message: 'also here' })),
  ];
  if (draft.value === undefined) {
    if (draft.when !== undefined && space.and(draft.when, build.feasible) === space.false) return undefined;
    const hidden = draft.confidence ?? (isHidden(build, subject) ? 'assumed' : 'proven');
    return {
      ...common,
      confidence: hidden,
      message: draft.message,
      related: draft.related ?? [],
      rows: draft.rows ?? [],
      cause: undefined,
    };
  }
  const { focus } = subject;
  const isKind = (selector: Selector): boolean => {
    const root = rootOf(selector);
    return subject.kind === 'program' && root !== undefined && subject.kinds.has(root) && selecting.isInput(root);
  };
  const among = (selector: Selector): boolean =>
    draft.selectors === 'any' ? selecting.isInput(selector) : selecting.isEnvironmental(selector) || isKind(selector);
  const counts = (selector: Selector): boolean =>
    (focus === undefined || rootOf(selector) === focus) && among(selector);
  // That a recipe is run for one goal and not for another is what makefiles are for.
  const absence = (draft.absence ?? true) && focus?.name !== GOAL;
  // A stage that is chosen by the environment is told where it is chosen, not once more for each of its steps.
  const stage = subject.stage === undefined ? undefined : build.stages[subject.stage];
  const within = space.and(
    build.feasible,
    focus?.name === GOAL ? environmentGoals(build, focus) : (stage?.reached ?? space.true),
  );
  const witness = findWitness(texts, draft.value, within, counts, absence);
  if (witness === undefined) return undefined;
  const rows = rowsOf(texts, draft.value, within, witness);
  if (rows.length < 2 || new Set(rows.map((row) => row.value)).size < 2) return undefined;
  const names = witness.selectors.map((selector) => selector.name);
  const visible = stagesBehind(build, subject.stage);
  const declared = build.arguments
    .filter((argument) => names.includes(argument.name) && visible.has(argument.stage))
    .map((argument) => ({ at: argument.place, message: `${argument.name} is declared here` }));
  return {
    ...common,
    confidence: draft.confidence ?? confidenceOf(build, subject, witness),
    message: draft.message.replaceAll('{selector}', listNames(names)),
    related: dedupe([...decidedBy(build, subject, witness), ...related, ...declared], draft.at),
    rows,
    // The same environments on the same sides: one decision. Another split of the environments is another cause.
    cause:
      focus === undefined
        ? `${subject.instruction.file}:${subject.instruction.start}:${names.join(',')}:${splitOf(rows)}`
        : `${build.file}:${focus.name}`,
  };
}

/** Goals that are named for environments, and the one that is made by default: others are other products. */
function environmentGoals({ texts }: Build, goal: Selector): Condition {
  const named = [...goal.mentioned].filter(
    (name) => name !== undefined && (environmentOf(name) !== undefined || isBuildToggle(name)),
  );
  return texts.space.is(goal, ...named);
}

/** The tests in the same instruction that ask for what the value depends on. */
function decidedBy(
  build: Build,
  subject: Subject,
  witness: Witness,
): readonly { readonly at: Place; readonly message: string }[] {
  const own = new Set<unknown>(witness.selectors);
  // The conditionals of a makefile stand apart from the recipes.
  const near = subject.focus === undefined ? decisionsOf(build).get(placeKey(subject.instruction)) : build.decisions;
  return (near ?? [])
    .filter(({ holds }) => [...supportOf(holds)].some((selector) => own.has(rootOf(selector))))
    .map(({ place }) => ({ at: place, message: 'decided here' }));
}

const indexed = new WeakMap<Build, ReadonlyMap<string, readonly Decision[]>>();

/** The decisions of a build by their instruction. */
function decisionsOf(build: Build): ReadonlyMap<string, readonly Decision[]> {
  const known = indexed.get(build);
  if (known !== undefined) return known;
  const made = new Map<string, Decision[]>();
  for (const decision of build.decisions) {
    const key = placeKey(decision.instruction);
    const list = made.get(key);
    if (list === undefined) made.set(key, [decision]);
    else list.push(decision);
  }
  indexed.set(build, made);
  return made;
}

/** How a table cuts the environments, whatever they get. */
function splitOf(rows: readonly Row[]): string {
  return rows
    .map((row) => JSON.stringify(row.when))
    .filter((when) => when !== '"otherwise"')
    .sort()
    .join();
}

/** The stage, those that it is FROM, and what stands before the first FROM: where an argument of it may be declared. */
function stagesBehind(build: Build, stage: number | undefined): ReadonlySet<number> {
  const seen = new Set<number>([-1]);
  const visit = (index: number): void => {
    if (seen.has(index)) return;
    seen.add(index);
    for (const { item } of build.stages[index]?.parents ?? []) visit(item);
  };
  if (stage === undefined) for (const { index } of build.stages) visit(index);
  else visit(stage);
  return seen;
}

/** Whether builders do not agree on a variable that the stage reads: an ARG after an ENV of its name. */
function isHidden(build: Build, subject: Subject): boolean {
  return build.arguments.some((argument) => argument.hides !== undefined && argument.stage === subject.stage);
}

function confidenceOf(build: Build, subject: Subject, witness: Witness): Confidence {
  if (witness.unknown) return 'possible';
  const names = new Set(witness.selectors.map((selector) => selector.name));
  const hidden = build.arguments.some(
    (argument) => argument.hides !== undefined && names.has(argument.name) && argument.stage === subject.stage,
  );
  const assumed =
    hidden || witness.opaque || build.stages.some((stage) => !stage.knownBase && isReached(stage.reached));
  return assumed ? 'assumed' : 'proven';
}

function isReached(reached: Condition): boolean {
  return reached.kind === 'choice' || reached.value;
}

/** "ENV", "ENV and DEBUG", "A, B and C". */
function listNames(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

/** Findings with one cause are one finding: the gravest speaks, the others become related places. */
function uniteCauses(candidates: readonly Candidate[]): readonly Finding[] {
  const groups = new Map<string, Candidate[]>();
  const findings: Finding[] = [];
  for (const candidate of candidates) {
    if (candidate.cause === undefined) {
      const isKnown = findings.some(
        (other) =>
          other.rule === candidate.rule && samePlace(other.at, candidate.at) && other.message === candidate.message,
      );
      if (!isKnown) findings.push(strip(candidate));
    } else groups.set(candidate.cause, [...(groups.get(candidate.cause) ?? []), candidate]);
  }
  for (const group of groups.values()) {
    const [main, ...rest] = [...group].sort(
      (a, b) => RANK[b.severity] - RANK[a.severity] || PRECEDENCE.indexOf(a.category) - PRECEDENCE.indexOf(b.category),
    );
    if (main === undefined) continue;
    const more = rest
      .filter((other) => !samePlace(other.at, main.at) || other.rule !== main.rule)
      .map((other) => ({ at: other.at, message: other.message }));
    findings.push(strip({ ...main, related: dedupe([...main.related, ...more], main.at) }));
  }
  const byFile = (a: Finding, b: Finding): number => (a.at.file < b.at.file ? -1 : a.at.file > b.at.file ? 1 : 0);
  return findings.sort((a, b) => byFile(a, b) || a.at.start - b.at.start || RANK[b.severity] - RANK[a.severity]);
}

/** Of findings that are equally grave, the one that says most about the artifact comes first. */
const PRECEDENCE: readonly Category[] = [
  'instrumentation',
  'bundler-mode',
  'conditional-build',
  'base-selection',
  'file-selection',
  'baked-environment',
  'dead-selector',
  'ambient-input',
];

function strip(candidate: Candidate): Finding {
  const { cause: _, ...finding } = candidate;
  return finding;
}

function dedupe(
  related: readonly { readonly at: Place; readonly message: string }[],
  main: Place,
): readonly { readonly at: Place; readonly message: string }[] {
  const seen = new Set([placeKey(main)]);
  return related.filter(({ at }) => {
    const key = placeKey(at);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function samePlace(a: Place, b: Place): boolean {
  return placeKey(a) === placeKey(b);
}
