import { statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import type { Fix } from '../lint/fix.js';
import type {
  Location,
  Plan,
  PlannedEvidence,
  ProjectPlan,
  Report,
  ReportFinding,
  ReportProblem,
} from '../lint/report.js';
import type { Readable, Unreadable } from '../text/files.js';
import type { Core, Language } from './core.js';
import { type Discovery, discover } from './discover.js';
import { readText, sizeLimit } from './disk.js';
import { sniffLanguage } from './sniff.js';

/** The files that the user asked for, under a root that holds them all and the working directory. */
export interface Targets {
  /** Absolute. */
  readonly root: string;
  /** Relative to the root, with forward slashes, sorted. */
  readonly files: readonly string[];
  /** Files in the folders of the walk that may call those; in the same form. */
  readonly around: readonly string[];
  /** Files and folders that the user asked for by name, in the same form; none where names only choose among what a walk finds. */
  readonly named: readonly string[];
  /** Folders that could not be looked into; locations are relative to the working directory. */
  readonly problems: readonly ReportProblem[];
  /** Named files that cannot be linted, each with the reason. */
  readonly refused: readonly string[];
}

/**
 * Finds the build files that command line paths stand for. With `walksAround`, those of the working directory are found, too,
 * and paths may be any files that are there: what is found is what a walk finds. `read` reads the files that are named; only
 * tests replace `walk`.
 */
export function resolveTargets(
  named: readonly string[],
  cwd: string,
  recognise: Core['recognise'],
  walksAround = false,
  read: (absolute: string) => Readable | Unreadable | undefined = (path) => readText(path, sizeLimit),
  walk: typeof discover = discover,
): Targets {
  const paths = walksAround ? ['.', ...named] : named;
  const files = new Set<string>();
  const around = new Set<string>();
  const folders = new Map<string, Discovery>();
  const refused: string[] = [];
  for (const path of paths) {
    const absolute = resolve(cwd, path);
    if (isFolder(absolute)) {
      folders.set(absolute, walk(absolute, { accept: (file) => recogniseName(file, recognise) !== undefined }));
      continue;
    }
    const content = read(absolute);
    const language = content === undefined ? undefined : namedLanguage(absolute, content, recognise);
    if (content === undefined) refused.push(`${path}: there is no such file or folder`);
    else if (language !== undefined) (walksAround && isCaller(language) ? around : files).add(absolute);
    else if (!walksAround) refused.push(refusalOf(path, content));
  }
  const asked = new Set(walksAround ? [] : named.map((path) => resolve(cwd, path)));
  const problems = new Map<string, ReportProblem>();
  for (const { files: found, unreadable } of folders.values()) {
    for (const file of found) (isCaller(recogniseName(slashed(file), recognise)) ? around : files).add(file);
    for (const { path, reason } of unreadable)
      if (asked.has(path)) refused.push(`${fromCwd(path, cwd)}: ${reason}`);
      else problems.set(path, { location: wholeFile(fromCwd(path, cwd)), message: reason });
  }
  const root = [...files, ...around].reduce((common, file) => commonFolder(common, dirname(file)), resolve(cwd));
  const inside = (set: ReadonlySet<string>): readonly string[] =>
    [...set].map((file) => slashed(relative(root, file))).sort();
  return {
    root,
    files: inside(files),
    around: inside(around),
    named: inside(asked),
    problems: [...problems.values()],
    refused,
  };
}

/** Whether a path is a folder, links followed. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function namedLanguage(
  path: string,
  content: Readable | Unreadable,
  recognise: Core['recognise'],
): Language | undefined {
  if (content.kind === 'unreadable') return undefined;
  return recogniseName(slashed(path), recognise) ?? sniffLanguage(content.text);
}

/** Why a file that was named cannot be linted. */
function refusalOf(path: string, content: Readable | Unreadable): string {
  if (content.kind === 'unreadable') return `${path} ${content.reason}`;
  return `${path} is no Dockerfile, makefile or shell script, by its name or by its content`;
}

/** Scripts and pipelines are read for what they call; a walk does not ask about each by itself. */
function isCaller(language: Language | undefined): boolean {
  return language === 'shell' || language === 'delivery';
}

/** Names are recognised in any case: some file systems do not tell `DOCKERFILE` from `Dockerfile`. */
export function recogniseName(path: string, recognise: Core['recognise']): Language | undefined {
  const known = recognise(path);
  if (known !== undefined && known !== 'delivery') return known;
  const slash = path.lastIndexOf('/') + 1;
  const [folder, lower] = [path.slice(0, slash), path.slice(slash).toLowerCase()];
  return recognise(folder + lower) ?? recognise(folder + lower.charAt(0).toUpperCase() + lower.slice(1)) ?? known;
}

/** The nearest folder above two absolute paths. */
export function commonFolder(one: string, other: string): string {
  let at = one;
  while (at !== other && !other.startsWith(at.endsWith(sep) ? at : at + sep)) {
    const above = dirname(at);
    if (above === at) return at;
    at = above;
  }
  return at;
}

function wholeFile(file: string): Location {
  return { file, line: 1, column: 1, endLine: 1, endColumn: 1 };
}

function fromCwd(path: string, cwd: string): string {
  return slashed(relative(resolve(cwd), path)) || '.';
}

function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

/** Turns a path under the root into one relative to the working directory. */
export function fromRoot(root: string, cwd: string): (file: string) => string {
  if (resolve(root) === resolve(cwd)) return (file) => file;
  return (file) => fromCwd(resolve(root, file), cwd);
}

/** A report whose paths were renamed. */
export function renameReport(report: Report, rename: (file: string) => string): Report {
  return {
    ...report,
    findings: report.findings.map((finding) => renamedFinding(finding, rename)),
    ...(report.suppressed === undefined
      ? {}
      : {
          suppressed: report.suppressed.map(({ suppression, ...finding }) => ({
            ...renamedFinding(finding, rename),
            suppression:
              suppression.kind === 'baseline'
                ? suppression
                : { ...suppression, location: renamed(suppression.location, rename) },
          })),
        }),
    problems: report.problems.map((problem) => ({ ...problem, location: renamed(problem.location, rename) })),
  };
}

/** A plan whose paths were renamed. */
export function renamePlan(plan: Plan, rename: (file: string) => string): Plan {
  return {
    ...plan,
    file: rename(plan.file),
    environments: plan.environments.map((environment) => ({
      ...environment,
      commands: environment.commands.map((command) => ({ ...command, location: renamed(command.location, rename) })),
    })),
    problems: plan.problems.map((problem) => ({ ...problem, location: renamed(problem.location, rename) })),
  };
}

/** A plan of a project whose paths were renamed. */
export function renameProjectPlan(plan: ProjectPlan, rename: (file: string) => string): ProjectPlan {
  const place = <T extends { readonly location: Location }>(one: T): T => ({
    ...one,
    location: renamed(one.location, rename),
  });
  const said = <T extends { readonly location: Location; readonly environments: readonly PlannedEvidence[] }>(
    one: T,
  ): T => ({ ...place(one), environments: one.environments.map(place) });
  return {
    ...plan,
    images: plan.images.map((image) => ({
      ...image,
      dockerfile: image.known ? rename(image.dockerfile) : image.dockerfile,
      builds: image.builds.map((build) => ({ ...said(build), chain: build.chain.map(place) })),
      retags: image.retags.map(said),
      deployments: image.deployments.map((one) => ({
        ...said(one),
        through: one.through.map((location) => renamed(location, rename)),
      })),
      differences: image.differences.map(place),
    })),
    retags: plan.retags.map(said),
    deployments: plan.deployments.map(said),
    problems: plan.problems.map(place),
  };
}

function renamedFinding(finding: ReportFinding, rename: (file: string) => string): ReportFinding {
  return {
    ...finding,
    location: renamed(finding.location, rename),
    related: finding.related.map((related) => ({ ...related, location: renamed(related.location, rename) })),
    ...(finding.fixes === undefined ? {} : { fixes: finding.fixes.map((fix) => renamedFix(fix, rename)) }),
  };
}

function renamedFix(fix: Fix, rename: (file: string) => string): Fix {
  return { ...fix, edits: fix.edits.map((edit) => ({ ...edit, file: rename(edit.file) })) };
}

function renamed(location: Location, rename: (file: string) => string): Location {
  return { ...location, file: rename(location.file) };
}
