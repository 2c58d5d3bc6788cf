import { relative, resolve, sep } from 'node:path';
import type { Report, Severity } from '../../lint/report.js';
import { visible } from '../../report/cells.js';
import { renderJson } from '../../report/json.js';
import { renderPlan } from '../../report/plan.js';
import { renderText } from '../../report/text.js';
import type { Files } from '../../text/files.js';
import type { Core } from '../core.js';
import { diskFiles } from '../disk.js';
import { fromRoot, renamePlan, renameReport, resolveTargets, type Targets } from '../targets.js';
import { type LintRequest, type PlanRequest, readArguments } from './arguments.js';
import { helpText } from './help.js';
import { type Io, wantsColour, widthOf } from './io.js';
import { nearest } from './nearest.js';
import { commands } from './options.js';
import { createProgress } from './progress.js';
import { bugs, version } from './version.js';

/** Clean; findings; wrong usage; a fault of ours. */
export type ExitStatus = 0 | 1 | 2 | 3;

/** Runs the command line with arguments that do not include `node` and the script. */
export async function main(argv: readonly string[], io: Io, core: Core): Promise<ExitStatus> {
  try {
    return run(argv, io, core);
  } catch (error) {
    io.stderr.write(faultText(error, io));
    return 3;
  }
}

function run(argv: readonly string[], io: Io, core: Core): ExitStatus {
  const request = readArguments(argv);
  switch (request.kind) {
    case 'help':
      io.stdout.write(helpText(widthOf(io.stdout), wantsColour(request.colour, io.env, io.stdout)));
      return 0;
    case 'version':
      io.stdout.write(`${version}\n`);
      return 0;
    case 'usage':
      complain(io, request.message, request.hint);
      return 2;
    case 'lint':
      return runLint(request, io, core);
    case 'plan':
      return runPlan(request, io, core);
  }
}

function runLint(request: LintRequest, io: Io, core: Core): ExitStatus {
  const targets = resolveTargets(request.paths, io.cwd, (path) => core.recognise(path));
  for (const refusal of targets.refused) complain(io, refusal, commandHint(request));
  const files = diskFiles(targets.root);
  if (targets.files.length === 0 && targets.refused.length === 0) {
    io.stderr.write(`envariant: no Dockerfile found in ${request.paths.map(visible).join(', ')}\n`);
  }
  const report = lintTargets(targets, files, io, core);
  if (request.json) io.stdout.write(renderJson(report));
  else if (report.summary.files > 0 || report.problems.length > 0) {
    const colour = wantsColour(request.colour, io.env, io.stdout);
    const textOf = textReader(targets.root, files, io);
    io.stdout.write(renderText(report, { width: widthOf(io.stdout), colour, textOf }));
  }
  if (targets.refused.length > 0) return 2;
  return report.findings.some((finding) => rank[finding.severity] >= rank[request.failOn]) ? 1 : 0;
}

const rank: { readonly [severity in Severity]: number } = { info: 0, warning: 1, error: 2 };

const emptyReport: Report = {
  version: 1,
  findings: [],
  problems: [],
  summary: { files: 0, errors: 0, warnings: 0, infos: 0, problems: 0 },
};

function lintTargets(targets: Targets, files: Files, io: Io, core: Core): Report {
  const report = targets.files.length === 0 ? emptyReport : lintWithProgress(targets.files, files, io, core);
  const renamed = renameReport(report, fromRoot(targets.root, io.cwd));
  const problems = [...targets.problems, ...renamed.problems];
  return { ...renamed, problems, summary: { ...renamed.summary, problems: problems.length } };
}

function lintWithProgress(paths: readonly string[], files: Files, io: Io, core: Core): Report {
  const progress = createProgress(io);
  if (progress === undefined) return core.lint(paths, files, {});
  try {
    return core.lint(paths, files, { onProgress: progress.onProgress });
  } finally {
    progress.clear();
  }
}

function runPlan(request: PlanRequest, io: Io, core: Core): ExitStatus {
  const targets = resolvePlanned(request, io, core);
  const [file] = targets.files;
  for (const refusal of targets.refused) complain(io, refusal, 'For example: envariant plan Dockerfile');
  if (file === undefined) return 2;
  const plan = renamePlan(core.plan(file, diskFiles(targets.root), request.choices), fromRoot(targets.root, io.cwd));
  if (request.json) io.stdout.write(renderJson(plan));
  else {
    const colour = wantsColour(request.colour, io.env, io.stdout);
    io.stdout.write(renderPlan(plan, { width: widthOf(io.stdout), colour, all: request.all }));
  }
  return plan.environments.length === 0 ? 2 : 0;
}

function resolvePlanned(request: PlanRequest, io: Io, core: Core): Targets {
  const targets = resolveTargets([request.file], io.cwd, (path) => core.recognise(path));
  if (targets.files.length === 1 || targets.refused.length > 0) return targets;
  return { ...targets, files: [], refused: [`${request.file} is a folder; plan takes a Dockerfile or a shell script`] };
}

function textReader(root: string, files: Files, io: Io): (file: string) => string | undefined {
  return (file) => {
    const path = relative(root, resolve(io.cwd, file));
    const content = files.read(sep === '/' ? path : path.replaceAll(sep, '/'));
    return content?.kind === 'text' ? content.text : undefined;
  };
}

function commandHint(request: LintRequest): string | undefined {
  const near = request.first === undefined ? undefined : nearest(request.first, commands);
  return near === undefined ? undefined : `Did you mean the command ${near}?`;
}

function complain(io: Io, message: string, hint: string | undefined): void {
  io.stderr.write(`envariant: ${visible(message)}\n${hint === undefined ? '' : `  ${visible(hint)}\n`}`);
}

function faultText(error: unknown, io: Io): string {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack = error instanceof Error && error.stack !== undefined ? error.stack : message;
  const debug = io.env.ENVARIANT_DEBUG === '1';
  const hint = debug ? '' : ' (ENVARIANT_DEBUG=1 shows where)';
  const line = `envariant: this is a fault of Envariant ${version}, please report it at ${bugs}: ${visible(message)}${hint}\n`;
  return debug ? `${line}${stack.split('\n').map(visible).join('\n')}\n` : line;
}
