/** The library: build files in, a report out. It does no IO; the project's files come through `Files`. */
import { rules } from '../rules/index.js';
import { evaluateBundler } from './evaluate/bundler/index.js';
import type { MakefileBuild } from './evaluate/makefile/build.js';
import { evaluateShellFile, mayCompile } from './evaluate/script.js';
import { isAside } from './knowledge/folders.js';
import type { ToolTable } from './knowledge/tools.js';
import { buildOfBundle, bundleSubjects } from './lint/bundle.js';
import { withTools } from './lint/command.js';
import { contestedArguments } from './lint/contested.js';
import { selectingAlso } from './lint/environment.js';
import { describeRule, type RuleDescription } from './lint/formatter.js';
import type { Report, ReportFinding, ReportProblem, Severity } from './lint/report.js';
import type { AnyRule } from './lint/rule.js';
import { type BuildFindings, type Finding, type RunContext, runRules } from './lint/run.js';
import {
  defaultSettings,
  requiresReason,
  ruleSetting,
  type Settings,
  selectingOf,
  settleFinding,
} from './lint/settings.js';
import { subjectsOf } from './lint/subjects.js';
import { applySuppressions, type CommentedFile, mentionsSuppression } from './lint/suppression.js';
import { Lines } from './locate.js';
import type { Build, Note } from './model/build.js';
import {
  builtBesides,
  evaluateProject,
  Images,
  inReadingOrder,
  isToldElsewhere,
  lintProject,
  Pipelines,
  readMakefile,
  withCallers,
} from './project.js';
import { languageOf, recognise } from './recognise.js';
import { commentSyntaxOf, commentsOf } from './syntax/comments/index.js';
import type { ParseScript } from './syntax/script/tree.js';
import { type Files, folderOf } from './text/files.js';
import type { Place } from './text/span.js';
import { Space } from './value/diagram.js';
import { Texts } from './value/text.js';

export { type Explanation, explainAt } from './explain.js';
export {
  type DockerfileOutline,
  type FileLinks,
  type LinkedBuild,
  linksOf,
  outlineOf,
} from './links.js';
export type * from './lint/fix.js';
export type * from './lint/report.js';
export { type PlanOptions, plan } from './plan.js';
export { planProject } from './project-plan.js';
export { type Language, recognise } from './recognise.js';
export { type Survey, type SurveyedSelector, survey } from './survey.js';
export type { ParseScript, ScriptTree } from './syntax/script/tree.js';
export type { Files, Readable, Unreadable } from './text/files.js';

export interface LintOptions {
  /** Told after each file. */
  readonly onProgress?: (done: number, total: number, file: string) => void;
  /** The rules to run; all of ours when absent. */
  readonly rules?: readonly AnyRule[];
  /** Reads JavaScript and TypeScript (`envariant/script-parser`); without it, configurations of bundlers are only noted. */
  readonly parseScript?: ParseScript;
  /** Files that may call the linted ones: pipelines, compose files, manifests, scripts. They are read, not linted by themselves. */
  readonly around?: readonly string[];
  /** Files and folders that the user asked for by name: that they lie among examples says nothing then. */
  readonly named?: readonly string[];
  /** Rules that run beside these. */
  readonly extraRules?: readonly AnyRule[];
  /** What commands do that we do not know, by their names. */
  readonly tools?: ToolTable;
  /** What the project's settings say. */
  readonly settings?: Settings;
  /** A path as the settings' globs mean it: relative to their folder; by default, as it is. */
  readonly settingsPath?: (file: string) => string;
}

/** Lints build files; paths are relative to the root of `files`. */
export function lint(paths: readonly string[], files: Files, options: LintOptions = {}): Report {
  const lines = new Lines(files);
  const findings: Finding[] = [];
  const problems = new Problems(lines);
  const isCaller = (path: string): boolean => recognise(path) === 'delivery' || recognise(path) === 'shell';
  const around = [...new Set([...(options.around ?? []), ...paths.filter(isCaller)])];
  const active = activeRules(options);
  // A fault of ours in one file must not hide what the others have.
  const failed = (path: string, error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error);
    problems.add({ file: path, start: 0, end: 0 }, `this file could not be linted: ${message}`, 'envariant');
  };
  const pipelines = new Pipelines(around, files, failed);
  const evaluated: Evaluated = { images: new Images(files), makefiles: [], dockerfiles: [], pipelines };
  const take = (path: string, result: FileFindings): void => {
    for (const { place, message } of result.notes) problems.add(place, message);
    for (const { place, message } of result.failures ?? []) problems.add(place, message, 'plugin');
    for (const { rule, message } of result.faults) {
      const fault = rule.includes('/') ? 'plugin' : 'envariant';
      problems.add({ file: path, start: 0, end: 0 }, `the rule ${rule} failed: ${message}`, fault);
    }
    findings.push(...result.findings);
  };
  for (const [i, path] of inReadingOrder(paths).entries()) {
    try {
      const result = lintFile(path, files, options, paths, evaluated, problems);
      if (result !== undefined) take(path, result);
    } catch (error) {
      failed(path, error);
    }
    options.onProgress?.(i + 1, paths.length, path);
  }
  const project = evaluateProject({
    files,
    images: evaluated.images,
    makefiles: evaluated.makefiles,
    dockerfiles: evaluated.dockerfiles,
    around,
    pipelines,
    failed,
  });
  const contested = contestedArguments(project.builds);
  for (const build of [...evaluated.dockerfiles, ...builtBesides(project, new Set(paths))]) {
    try {
      take(build.file, lintBuild(build, options, contested.get(build.file)));
    } catch (error) {
      failed(build.file, error);
    }
  }
  const builds = [...evaluated.dockerfiles, ...evaluated.makefiles.map(({ build }) => build)];
  // Scripts whose commands are steps of a build are told with it.
  const told = new Set([...paths, ...builds.flatMap(({ steps }) => steps.map(({ place }) => place.file))]);
  const stampers = new Set(evaluated.makefiles.flatMap(({ makefile }) => [...makefile.machine.scripts]));
  for (const path of around) {
    if (told.has(path)) continue;
    const result = lintScript(path, files, options, stampers.has(path), failed);
    if (result !== undefined) take(path, result);
  }
  const whole = lintProject(project, active, (file) => runContext(file, options));
  take(paths[0] ?? '', { ...whole, notes: project.notes });
  const callers = project.callers.filter((caller) => caller.builds.length + caller.deployments.length > 0);
  const reported = distinct(findings)
    .filter((finding) => !isToldElsewhere(finding, project))
    .map((finding) => toReport(withCallers(finding, project), lines, options));
  const settled = settle(paths, reported, files, options);
  const count = (severity: Severity): number =>
    settled.findings.filter((finding) => finding.severity === severity).length;
  const summary = {
    files: new Set([...paths, ...callers.map(({ file }) => file)]).size,
    errors: count('error'),
    warnings: count('warning'),
    infos: count('info'),
    problems: problems.all.length,
    suppressed: settled.suppressed.length,
  };
  return { version: 1, ...settled, problems: problems.all, summary };
}

/** What was evaluated on the way, for what is said of the project as a whole. */
interface Evaluated {
  readonly images: Images;
  readonly makefiles: MakefileBuild[];
  readonly pipelines: Pipelines;
  /** Those that are linted, once it is known what their callers pass. */
  readonly dockerfiles: Build[];
}

/** Problems, each once. */
class Problems {
  readonly all: ReportProblem[] = [];
  readonly #lines: Lines;
  readonly #seen = new Set<string>();

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  add(place: Place, message: string, fault?: NonNullable<ReportProblem['fault']>): void {
    const location = this.#lines.locate(place);
    const key = `${location.file}:${location.line}:${message}`;
    if (!this.#seen.has(key)) this.all.push({ location, message, ...(fault === undefined ? {} : { fault }) });
    this.#seen.add(key);
  }
}

/** Stages that several builds share, and makefiles that include one file, find the same thing more than once. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings
    .filter(({ rule, at, message }) => {
      const key = `${rule}\0${at.file}\0${at.start}\0${message}`;
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew;
    })
    .sort((a, b) => (a.at.file < b.at.file ? -1 : a.at.file > b.at.file ? 1 : a.at.start - b.at.start));
}

function lintFile(
  path: string,
  files: Files,
  options: LintOptions,
  paths: readonly string[],
  evaluated: Evaluated,
  problems: Problems,
): FileFindings | undefined {
  const read = files.read(path);
  if (read?.kind !== 'text') {
    problems.add({ file: path, start: 0, end: 0 }, `this file ${read?.reason ?? 'does not exist'}; it is not linted`);
    return undefined;
  }
  const language = languageOf(path, read.text);
  if (language === 'delivery') return undefined;
  if (language === 'bundler') return lintBundler(path, read.text, files, options, paths, evaluated.pipelines);
  const build = evaluateFile(path, read.text, files, evaluated);
  if (build?.kind === 'dockerfile') evaluated.dockerfiles.push(build);
  return build === undefined || build.kind === 'dockerfile' ? undefined : lintBuild(build, options);
}

interface FileFindings extends BuildFindings {
  readonly notes: readonly Note[];
  /** Where what plugins say of commands failed. */
  readonly failures?: readonly Note[];
}

/** `also` are names that select an environment of this build beside those that do anyway. */
function lintBuild(build: Build, options: LintOptions, also: ReadonlySet<string> = new Set()): FileFindings {
  const { build: own, failures } = withTools(build, options.tools ?? {});
  const context = runContext(build.file, options);
  const selecting = selectingAlso(context.selecting, also);
  return { ...runRules(own, activeRules(options), { ...context, selecting }), notes: build.notes, failures };
}

/** What scripts that nobody has named build, and what those write that make runs before it makes anything; of all else that they do, nobody has asked. */
function lintScript(
  path: string,
  files: Files,
  options: LintOptions,
  writes: boolean,
  failed: (path: string, error: unknown) => void,
): FileFindings | undefined {
  const read = files.read(path);
  if (read?.kind !== 'text' || recognise(path) !== 'shell' || !(writes || mayCompile(read.text))) return undefined;
  try {
    const { build: own, failures } = withTools(scriptBuild(path, read.text, files), options.tools ?? {});
    const asked = subjectsOf(own).filter(({ kind }) => kind === 'program' || (writes && kind === 'steps'));
    return { ...runRules(own, activeRules(options), runContext(path, options), asked), notes: [], failures };
  } catch (error) {
    failed(path, error);
    return undefined;
  }
}

/** A configuration in every build that reads it; what several builds have in common is told once. */
function lintBundler(
  file: string,
  text: string,
  files: Files,
  options: LintOptions,
  paths: readonly string[],
  pipelines: Pipelines,
): FileFindings {
  const { parseScript } = options;
  const texts = new Texts(new Space());
  const dockerfiles = dockerfilesAround(file, files, paths);
  const { bundles, notes } = evaluateBundler({
    file,
    text,
    files,
    texts,
    dockerfiles,
    pipelines: () => pipelines.all(),
    parseScript,
  });
  const results = bundles.map((bundle) => {
    const build = buildOfBundle(bundle);
    return runRules(build, activeRules(options), runContext(file, options), bundleSubjects(bundle, build));
  });
  const findings = new Map<string, Finding>();
  for (const finding of results.flatMap((result) => result.findings)) {
    const key = JSON.stringify([finding.rule, finding.at, finding.rows]);
    if (!findings.has(key)) findings.set(key, finding);
  }
  const faults = new Map(results.flatMap((result) => result.faults).map((fault) => [fault.rule, fault]));
  return { findings: [...findings.values()], faults: [...faults.values()], notes };
}

/** Dockerfiles beside a file, in the folders around it, and in the folders right below these. */
function dockerfilesAround(file: string, files: Files, paths: readonly string[]): readonly string[] {
  const around = new Set<string>();
  for (let folder = folderOf(file); ; folder = folderOf(folder)) {
    around.add(folder);
    if (folder === '') break;
  }
  const found = new Set<string>();
  for (const folder of around)
    for (const name of files.list(folder) ?? [])
      if (recognise(name) === 'dockerfile') found.add(folder === '' ? name : `${folder}/${name}`);
  for (const path of paths)
    if (recognise(path) === 'dockerfile' && around.has(folderOf(folderOf(path)))) found.add(path);
  return [...found].sort().slice(0, DOCKERFILE_LIMIT);
}

/** A configuration is looked for in at most so many Dockerfiles. */
const DOCKERFILE_LIMIT = 16;

function activeRules({ rules: own = rules, extraRules = [] }: LintOptions): readonly AnyRule[] {
  return extraRules.length === 0 ? own : [...own, ...extraRules];
}

/** What the settings say to the rules that run over a file. */
function runContext(
  path: string,
  { settings = defaultSettings, settingsPath = (file) => file }: LintOptions,
): RunContext {
  const own = settingsPath(path);
  return {
    selecting: selectingOf(settings),
    settingOf: (rule, category) => ruleSetting(settings, rule, category, own),
  };
}

/** The findings after the settings and the comments of their files had their say. */
function settle(
  paths: readonly string[],
  findings: readonly ReportFinding[],
  files: Files,
  options: LintOptions,
): Pick<Report, 'findings'> & Required<Pick<Report, 'suppressed'>> {
  const { settings = defaultSettings, settingsPath = (file) => file } = options;
  const active = activeRules(options);
  const kept = (all: readonly ReportFinding[]): readonly ReportFinding[] =>
    all.flatMap((finding) => settleFinding(settings, finding, settingsPath(finding.location.file)) ?? []);
  const categories = new Map(active.map(({ id, category }) => [id, category]));
  const wanted = kept(findings);
  const touched = new Set([...paths, ...wanted.map(({ location }) => location.file)]);
  const result = applySuppressions(wanted, {
    files: [...touched].flatMap((file) => commentedFile(file, files) ?? []),
    rules: active.map(({ id }) => id),
    ran: (rule, file) => ruleSetting(settings, rule, categories.get(rule) ?? '', settingsPath(file)).level !== 'off',
    requireReason: (file) => requiresReason(settings, settingsPath(file)),
  });
  return { findings: kept(result.findings), suppressed: result.suppressed };
}

/** A file with its comments; undefined when it has no suppression. */
function commentedFile(file: string, files: Files): CommentedFile | undefined {
  const read = files.read(file);
  if (read?.kind !== 'text' || !mentionsSuppression(read.text)) return undefined;
  const syntax = commentSyntaxOf(file, read.text);
  return syntax === undefined ? undefined : { file, text: read.text, ...commentsOf(syntax, read.text) };
}

/** Everything that one build file says, for all environments; undefined for what another makefile has read already. */
function evaluateFile(file: string, text: string, files: Files, evaluated: Evaluated): Build | undefined {
  const language = languageOf(file, text);
  if (language === 'makefile') return readMakefile(file, text, files, evaluated.makefiles)?.build;
  if (language !== 'shell') return evaluated.images.whole(file, undefined);
  return scriptBuild(file, text, files);
}

/** A script that stands alone, with all that it reads open. */
function scriptBuild(file: string, text: string, files: Files): Build {
  const texts = new Texts(new Space());
  return evaluateShellFile({ file, text, files, texts, fixed: new Map(), dialect: undefined }).build;
}

function toReport(finding: Finding, lines: Lines, { named = [] }: LintOptions): ReportFinding {
  return {
    rule: finding.rule,
    category: finding.category,
    // What nobody deploys is worth a word, not a failing check.
    severity: isAside(finding.at.file, named) ? 'info' : finding.severity,
    confidence: finding.confidence,
    message: finding.message,
    location: lines.locate(finding.at),
    related: finding.related.map(({ at, message }) => ({ location: lines.locate(at), message })),
    variants: finding.rows.map(({ when, value }) => ({ when, value: value ?? null })),
    effect: finding.effect,
    help: finding.help,
    url: finding.rule.includes('/') ? '' : urlOf(finding.rule),
    ...(finding.fixes === undefined ? {} : { fixes: finding.fixes }),
  };
}

/** Where a rule's page is. */
function urlOf(rule: string): string {
  return `https://unpkg.com/envariant/rules/${rule}/README.md`;
}

/** Our rules, as formats and listings describe them. */
export const describedRules: readonly RuleDescription[] = rules.map((rule) => describeRule(rule, urlOf(rule.id)));
