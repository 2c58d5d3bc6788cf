import { dirname, join, relative, resolve, sep } from 'node:path';
import { applyBaseline, baselineOf, sizeOf, withFindings } from '../../lint/baseline.js';
import { describeRule } from '../../lint/formatter.js';
import { nearest } from '../../lint/nearest.js';
import type { Report, ReportFinding, ReportProblem, Severity } from '../../lint/report.js';
import { visible } from '../../report/cells.js';
import { formatters } from '../../report/formats.js';
import { count } from '../../report/text.js';
import type { Files, Readable, Unreadable } from '../../text/files.js';
import { baselineName, readBaseline, writeBaseline } from '../baseline.js';
import type { Core, LintChoices } from '../core.js';
import { diskFiles, readText, sizeLimit } from '../disk.js';
import { choicesIn } from '../settings/choices.js';
import type { LoadedSettings } from '../settings/load.js';
import { pathInSettings } from '../settings/path.js';
import { commonFolder, fromRoot, renameReport, resolveTargets, type Targets } from '../targets.js';
import type { LintRequest } from './arguments.js';
import { complain, type Io } from './io.js';
import { commands } from './options.js';
import { writeReport } from './output.js';
import { createProgress } from './progress.js';
import { settingsFor } from './settings.js';
import { bugs, version } from './version.js';

const rank: { readonly [severity in Severity]: number } = { info: 0, warning: 1, error: 2 };

const emptyReport: Report = {
  version: 1,
  findings: [],
  problems: [],
  summary: { files: 0, errors: 0, warnings: 0, infos: 0, problems: 0 },
};

/** Runs `lint` and gives the exit status. */
export async function runLint(request: LintRequest, io: Io, core: Core): Promise<0 | 1 | 2 | 3> {
  const loaded = await settingsFor(
    request.around ? ['.'] : request.stdin === undefined ? request.paths : [request.stdin],
    request.config,
    io,
    core,
  );
  if (loaded === undefined) return 2;
  const input = inputOf(request, io);
  const targets = targetsOf(request, input, loaded, io, core);
  const found = filesOf(input, targets);
  const choices = choicesOf(targets, loaded);
  for (const refusal of targets.refused) complain(io, refusal, commandHint(request));
  const fixed =
    request.fix === undefined
      ? { files: found, written: true }
      : (await import('./fix.js')).runFixes(
          request.fix,
          targets,
          found,
          (texts) => core.lint(targets.files, texts, choices),
          request.colour,
          io,
        );
  const { files } = fixed;
  const textOf = textReader(targets.root, files, io);
  const linted = lintTargets(targets, files, choices, loaded, io, core);
  if (isNothing(linted) && targets.refused.length === 0)
    io.stderr.write(`envariant: no build file found in ${request.paths.map(visible).join(', ')}\n`);
  const names = targets.files.map(fromRoot(targets.root, io.cwd));
  const changed = await onlyChanged(onlyAround(linted, names, request, io), names, request, io);
  const report = changed === undefined ? undefined : withBaseline(changed, request, loaded, names, textOf, io);
  if (report === undefined) return 2;
  const shown = shownOf(report, request);
  const described = [...(core.rules ?? []), ...loaded.rules.map((rule) => describeRule(rule, ''))];
  // The diff of a dry run is for `patch`, and stands alone.
  const written =
    request.fix?.dry === true ||
    writeReport(shown, request, [...formatters, ...loaded.formatters], { textOf, rules: described }, io);
  const faults = tellFaults(linted, io);
  if (targets.refused.length > 0 || loaded.broken.length > 0 || !written || !fixed.written) return 2;
  if (faults.size > 0) return faults.has('envariant') ? 3 : 2;
  return fails(shown.findings, report, request, loaded) ? 1 : 0;
}

/** Whether there was nothing to lint: what may call builds alone, such as a package.json, is no build. */
function isNothing({ summary, findings, problems }: Report): boolean {
  return summary.files + findings.length + problems.length === 0;
}

/** Says what plugins, and we, did wrong: it is no property of the project, and what is found is not all. */
function tellFaults({ problems }: Report, io: Io): ReadonlySet<ReportProblem['fault']> {
  const broken = problems.filter(({ fault }) => fault !== undefined);
  for (const { location, message, fault } of broken) {
    const hint =
      fault === 'envariant' ? `This is a fault of Envariant ${version}; please report it at ${bugs}` : undefined;
    complain(io, `${location.file}:${location.line}:${location.column}: ${message}`, hint);
  }
  return new Set(broken.map(({ fault }) => fault));
}

function fails(
  shown: readonly ReportFinding[],
  all: Report,
  request: LintRequest,
  { settings }: LoadedSettings,
): boolean {
  const { maxWarnings, failOn } = request;
  if (maxWarnings !== undefined) return all.summary.errors > 0 || all.summary.warnings > maxWarnings;
  const from = rank[failOn ?? settings.failOn ?? 'warning'];
  return shown.some((finding) => rank[finding.severity] >= from);
}

/** What is written of a report; the summary counts also what is suppressed and not written. */
function shownOf(report: Report, { quiet, hideSuppressed }: LintRequest): Report {
  const isError = ({ severity }: ReportFinding): boolean => severity === 'error';
  const { findings, suppressed = [] } = report;
  const loud = quiet ? withFindings(report, findings.filter(isError), suppressed.filter(isError)) : report;
  const { suppressed: _, ...rest } = loud;
  return hideSuppressed ? rest : loud;
}

/** The text of the standard input, and the absolute path that it stands for. */
interface Input {
  readonly path: string;
  readonly text: string;
}

function inputOf({ stdin }: LintRequest, io: Io): Input | undefined {
  return stdin === undefined ? undefined : { path: resolve(io.cwd, stdin), text: io.readInput?.() ?? '' };
}

/** The files to lint without those that the settings ignore. */
function targetsOf(
  request: LintRequest,
  input: Input | undefined,
  loaded: LoadedSettings,
  io: Io,
  core: Core,
): Targets {
  if (input !== undefined && !request.around) {
    const root = commonFolder(resolve(io.cwd), dirname(input.path));
    return { root, files: [slashed(relative(root, input.path))], around: [], named: [], problems: [], refused: [] };
  }
  const read = (path: string): Readable | Unreadable | undefined =>
    path === input?.path ? { kind: 'text', text: input.text } : readText(path, sizeLimit);
  const targets = resolveTargets(namedBy(request), io.cwd, (path) => core.recognise(path), request.around, read);
  const { isIgnored } = loaded.settings;
  const isWanted = (file: string): boolean => !isIgnored(pathInSettings(loaded, resolve(targets.root, file)));
  return { ...targets, files: targets.files.filter(isWanted), around: targets.around.filter(isWanted) };
}

/** The disk, with the standard input in the place of the file that it stands for. */
function filesOf(input: Input | undefined, { root }: Targets): Files {
  const disk = diskFiles(root);
  if (input === undefined) return disk;
  const { path, text } = input;
  return { ...disk, read: (file) => (resolve(root, file) === path ? { kind: 'text', text } : disk.read(file)) };
}

/** The paths that a run is about. */
function namedBy({ stdin, paths }: LintRequest): readonly string[] {
  return stdin === undefined ? paths : [stdin];
}

function choicesOf(targets: Targets, loaded: LoadedSettings): LintChoices {
  return { ...choicesIn(targets.root, loaded), around: targets.around, named: targets.named };
}

function lintTargets(
  targets: Targets,
  files: Files,
  choices: LintChoices,
  loaded: LoadedSettings,
  io: Io,
  core: Core,
): Report {
  const isEmpty = targets.files.length + targets.around.length === 0;
  const report = isEmpty ? emptyReport : lintWithProgress(targets.files, files, choices, io, core);
  const renamed = renameReport(report, fromRoot(targets.root, io.cwd));
  const broken = loaded.broken.map(({ file, line = 1, column = 1, message }): ReportProblem => {
    const shown = slashed(relative(io.cwd, file));
    return { location: { file: shown, line, column, endLine: line, endColumn: column }, message };
  });
  const problems = [...targets.problems, ...broken, ...renamed.problems];
  return { ...renamed, problems, summary: { ...renamed.summary, problems: problems.length } };
}

function lintWithProgress(paths: readonly string[], files: Files, choices: LintChoices, io: Io, core: Core): Report {
  const progress = createProgress(io);
  if (progress === undefined) return core.lint(paths, files, choices);
  try {
    return core.lint(paths, files, { ...choices, onProgress: progress.onProgress });
  } finally {
    progress.clear();
  }
}

/** What touches the files that changed; undefined when git does not say, which was then told. */
async function onlyChanged(
  report: Report,
  linted: readonly string[],
  { changedSince: revision }: LintRequest,
  io: Io,
): Promise<Report | undefined> {
  if (revision === undefined) return report;
  const { changedSince } = await import('../git.js');
  const changed = changedSince(revision, io.cwd);
  if (changed.kind === 'failed') {
    complain(io, `--changed-since ${revision}: ${changed.reason}`, undefined);
    return undefined;
  }
  return touching(report, linted, (file) => changed.files.has(resolve(io.cwd, file)));
}

/** What touches the paths, where the files around them were linted, too. */
function onlyAround(report: Report, linted: readonly string[], request: LintRequest, io: Io): Report {
  if (!request.around) return report;
  const named = new Set(namedBy(request).map((path) => resolve(io.cwd, path)));
  const isInside = (path: string): boolean => named.has(path) || (dirname(path) !== path && isInside(dirname(path)));
  return touching(report, linted, (file) => isInside(resolve(io.cwd, file)));
}

/** The part of a report that is about some files: findings also when the files only take part in them. */
function touching(report: Report, linted: readonly string[], isWanted: (file: string) => boolean): Report {
  const touches = ({ location, related }: ReportFinding): boolean =>
    isWanted(location.file) || related.some((other) => isWanted(other.location.file));
  const findings = report.findings.filter(touches);
  const problems = report.problems.filter(({ location }) => isWanted(location.file));
  const left = withFindings(report, findings, (report.suppressed ?? []).filter(touches));
  // Nothing is said of the files that were only read: there may be more to find.
  const files = new Set([...linted.filter(isWanted), ...findings.map(({ location }) => location.file)]).size;
  return { ...left, problems, summary: { ...left.summary, files, problems: problems.length } };
}

/** The report without what the baseline accepts, after the baseline was written where that was asked for. */
function withBaseline(
  report: Report,
  request: LintRequest,
  loaded: LoadedSettings,
  linted: readonly string[],
  textOf: (file: string) => string | undefined,
  io: Io,
): Report | undefined {
  const { folder } = loaded;
  const nameOf = (file: string): string => pathInSettings(loaded, resolve(io.cwd, file));
  try {
    const old = readBaseline(folder) ?? new Map();
    const isAll = request.baseline === 'suppress-all';
    if ('reason' in old && !isAll) {
      complain(io, `${relative(io.cwd, join(folder, baselineName))} ${old.reason}`, undefined);
      return undefined;
    }
    const kept = 'reason' in old ? new Map() : old;
    const seen = new Set([...linted, ...report.findings.map(({ location }) => location.file)].map(nameOf));
    // A run over a part of the project says nothing about the other files.
    const others = new Map([...kept].filter(([file]) => !seen.has(file) && !isWhole(request, folder, io)));
    const asked = isAll ? new Map([...others, ...baselineOf(report.findings, textOf, nameOf)]) : kept;
    const result = applyBaseline(report, asked, textOf, nameOf);
    if (request.baseline === 'suppress-all') {
      writeBaseline(folder, asked);
      io.stderr.write(`envariant: ${count(sizeOf(asked), 'finding')} accepted in ${baselineName}\n`);
    } else if (request.baseline === 'prune') {
      const left = new Map([...others, ...result.used]);
      writeBaseline(folder, left);
      const gone = sizeOf(asked) - sizeOf(left);
      io.stderr.write(`envariant: ${count(gone, 'suppression')} removed from ${baselineName}\n`);
    }
    return result.report;
  } catch (error) {
    complain(io, error instanceof Error ? error.message : String(error), undefined);
    return undefined;
  }
}

/** Whether a run is over the whole folder of the baseline. */
function isWhole({ paths, stdin }: LintRequest, folder: string, io: Io): boolean {
  if (stdin !== undefined) return false;
  return paths.some((path) => commonFolder(resolve(io.cwd, path), folder) === resolve(io.cwd, path));
}

function textReader(root: string, files: Files, io: Io): (file: string) => string | undefined {
  return (file) => {
    const content = files.read(slashed(relative(root, resolve(io.cwd, file))));
    return content?.kind === 'text' ? content.text : undefined;
  };
}

function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

function commandHint(request: LintRequest): string | undefined {
  const near = request.first === undefined ? undefined : nearest(request.first, commands);
  return near === undefined ? undefined : `Did you mean the command ${near}?`;
}
