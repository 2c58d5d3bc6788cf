import { relative, resolve, sep } from 'node:path';
import type { FormatContext, Formatter } from '../../lint/formatter.js';
import { nearest } from '../../lint/nearest.js';
import type { Report, Severity } from '../../lint/report.js';
import { visible } from '../../report/cells.js';
import { formatters } from '../../report/formats.js';
import type { Files } from '../../text/files.js';
import type { Core } from '../core.js';
import { diskFiles } from '../disk.js';
import { writeAtomically } from '../output.js';
import { fromRoot, renameReport, resolveTargets, type Targets } from '../targets.js';
import type { LintRequest, OutputChoice } from './arguments.js';
import { complain, type Io, wantsColour, widthOf } from './io.js';
import { commands } from './options.js';
import { createProgress } from './progress.js';
import { version } from './version.js';

const rank: { readonly [severity in Severity]: number } = { info: 0, warning: 1, error: 2 };

const emptyReport: Report = {
  version: 1,
  findings: [],
  problems: [],
  summary: { files: 0, errors: 0, warnings: 0, infos: 0, problems: 0 },
};

/** Runs `lint` and gives the exit status. */
export async function runLint(request: LintRequest, io: Io, core: Core): Promise<0 | 1 | 2> {
  const targets = resolveTargets(request.paths, io.cwd, (path) => core.recognise(path));
  for (const refusal of targets.refused) complain(io, refusal, commandHint(request));
  const files = diskFiles(targets.root);
  if (targets.files.length === 0 && targets.refused.length === 0) {
    io.stderr.write(`envariant: no Dockerfile found in ${request.paths.map(visible).join(', ')}\n`);
  }
  const report = lintTargets(targets, files, io, core);
  const written = writeReport(report, request, formatters, textReader(targets.root, files, io), io, core);
  if (targets.refused.length > 0 || !written) return 2;
  return report.findings.some((finding) => rank[finding.severity] >= rank[request.failOn]) ? 1 : 0;
}

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

/** Writes every output; false when a format is unknown or a file could not be written (the others are). */
function writeReport(
  report: Report,
  request: LintRequest,
  known: readonly Formatter[],
  textOf: FormatContext['textOf'],
  io: Io,
  core: Core,
): boolean {
  let good = true;
  for (const output of request.outputs) {
    const formatter = known.find(({ name }) => name === output.format);
    if (formatter === undefined) {
      const near = nearest(
        output.format,
        known.map(({ name }) => name),
      );
      complain(
        io,
        `there is no format ${output.format}`,
        near === undefined ? undefined : `Did you mean --format ${near}?`,
      );
      good = false;
      continue;
    }
    const isFile = output.file !== undefined;
    const text = formatter.format(report, {
      width: isFile ? 80 : widthOf(io.stdout),
      colour: isFile ? request.colour === true : wantsColour(request.colour, io.env, io.stdout),
      textOf,
      rules: core.rules ?? [],
      version,
    });
    good = writeOutput(output, text, io) && good;
  }
  return good;
}

function writeOutput(output: OutputChoice, text: string, io: Io): boolean {
  if (output.file === undefined) {
    if (text !== '') io.stdout.write(text);
    return true;
  }
  try {
    writeAtomically(resolve(io.cwd, output.file), text);
    return true;
  } catch (error) {
    complain(io, error instanceof Error ? error.message : String(error), undefined);
    return false;
  }
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
