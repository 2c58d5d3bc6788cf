import type {
  Location,
  PlannedArgument,
  PlannedBuild,
  PlannedEvidence,
  PlannedImage,
  PlannedRetag,
  ProjectPlan,
} from '../lint/report.js';
import { cellsOf, padCells, visible } from './cells.js';
import type { Line } from './style.js';
import { paint, piece } from './style.js';
import { environmentTable } from './table.js';
import { clampWidth, count } from './text.js';
import { paragraph, wordsOf } from './wrap.js';

export interface ProjectPlanTextOptions {
  /** The terminal's columns; clamped to 40…100. */
  readonly width: number;
  readonly colour: boolean;
  /** Shows arguments that do not matter, too. */
  readonly all: boolean;
}

interface Sheet extends ProjectPlanTextOptions {
  /** The cells of the numbers of builds. */
  readonly gutter: number;
}

/** The picture of a project as people read it: for each image its builds, names and environments. */
export function renderProjectPlan(plan: ProjectPlan, options: ProjectPlanTextOptions): string {
  const width = clampWidth(options.width);
  const most = Math.max(1, ...plan.images.map(({ builds }) => builds.length));
  const sheet: Sheet = { ...options, width, gutter: String(most).length + 1 };
  const lines: Line[] = [...heading(plan, width)];
  for (const image of plan.images) lines.push([], ...imageLines(image, sheet));
  if (plan.retags.length > 0)
    lines.push(
      [],
      [piece('retags of images that are built elsewhere', 'bold')],
      ...plan.retags.flatMap((one) => retagLines(one, sheet)),
    );
  if (plan.deployments.length > 0) {
    lines.push([], [piece('images that are built elsewhere', 'bold')]);
    for (const one of plan.deployments)
      lines.push(...entry([`${one.image}, ${one.by}${forWhom(one.environments)}`, one.location], '  ', width));
  }
  for (const { location, message } of plan.problems)
    lines.push([], ...paragraph([piece(at(location), 'bold'), piece(' note ', 'note')], wordsOf(message), width));
  return paint(lines, options.colour);
}

function heading({ images, deployments }: ProjectPlan, width: number): readonly Line[] {
  const builds = images.reduce((sum, one) => sum + one.builds.length, 0);
  const runs = images.reduce((sum, one) => sum + one.deployments.length, deployments.length);
  const said =
    images.length + runs === 0
      ? 'nothing to plan: no Dockerfile, no build and no deployment was found'
      : `${count(images.length, 'image')}, ${count(builds, 'build')}, ${count(runs, 'deployment')}`;
  return paragraph([], wordsOf(said, 'dim'), width);
}

function imageLines(image: PlannedImage, sheet: Sheet): readonly Line[] {
  const { width } = sheet;
  const name = `${visible(image.dockerfile)}${image.stage === null ? '' : `, stage ${visible(image.stage)}`}:`;
  const lines: Line[] = [...paragraph([], [...wordsOf(name, 'bold'), ...wordsOf(summary(image), 'dim')], width)];
  image.builds.forEach((build, index) => void lines.push(...buildLines(build, index, sheet)));
  lines.push(...differenceLines(image, sheet));
  if (image.retags.length > 0) lines.push([], [piece('  retags')]);
  for (const retag of image.retags) lines.push(...retagLines(retag, sheet, image));
  if (image.deployments.length > 0) lines.push([], [piece('  runs')]);
  for (const { by, image: reference, environments, builds, location, development, through } of image.deployments) {
    const from = `${ofBuilds(builds, image)}${through.length === 0 ? '' : ` retagged at ${through.map(at).join(', ')}`}`;
    const whom = environments.length === 0 && development ? ', for development' : forWhom(environments);
    lines.push(...entry([`${reference}, ${by}${whom}: ${from}`, location], '    ', width));
  }
  return [...lines, ...environmentLines(image, sheet)];
}

function summary({ builds, known }: PlannedImage): string {
  if (builds.length === 0) return 'nobody here builds it';
  const kinds = new Set(builds.flatMap(({ contents }) => contents ?? []));
  const open = builds.filter(({ contents }) => contents === null).length;
  const said = count(builds.length, 'build');
  if (!known) return `${said}; there is no such Dockerfile or stage here`;
  if (builds.length === 1) return said;
  const rest =
    open === 0 ? '' : `; what ${open} of them ${open === 1 ? 'makes' : 'make'} depends on arguments that are not known`;
  if (kinds.size === 0) return `${said}${rest}`;
  return kinds.size === 1
    ? `${said} ${open === 0 ? 'make the same image' : 'make one image'}${rest}`
    : `${said} make ${kinds.size} different images${rest}`;
}

function buildLines(build: PlannedBuild, index: number, sheet: Sheet): readonly Line[] {
  const { width, gutter } = sheet;
  const number = padCells(`${index + 1}${build.contents ?? ''}`, gutter);
  const inner = ' '.repeat(gutter + 4);
  const lines: Line[] = [
    ...paragraph(
      [piece('  '), piece(number, 'info'), piece('  ')],
      [...wordsOf(build.caller), ...wordsOf(`(${at(build.location)})`, 'dim')],
      width,
    ),
  ];
  const labelled = (label: string, text: string): void => {
    lines.push(...paragraph([piece(`${inner}${padCells(label, 5)}`, 'dim')], wordsOf(text), width));
  };
  const shown = build.arguments.filter(({ matters }) => matters || sheet.all);
  if (shown.length > 0) labelled('with', shown.map(argumentText).join(', '));
  const others = build.arguments.length - shown.length;
  if (others > 0)
    labelled(
      shown.length > 0 ? 'and' : 'with',
      `${count(others, 'argument')} that ${others === 1 ? 'tells' : 'tell'} no environments apart`,
    );
  if (build.tags.length > 0) labelled('as', build.tags.join(', '));
  if (build.environments.length > 0) labelled('for', evidenceText(build.environments));
  else if (build.development) labelled('for', 'development');
  return lines;
}

function argumentText({ name, kind, value }: PlannedArgument): string {
  switch (kind) {
    case 'unset':
      return `${name} unset`;
    case 'default':
      return `${name}=${quoted(value ?? '')} by default`;
    case 'passed':
    case 'unknown':
      return `${name}=${quoted(value ?? '')}`;
  }
}

function quoted(value: string): string {
  return value === '' || /[\s,]/.test(value) ? JSON.stringify(value) : value;
}

function differenceLines({ builds, differences }: PlannedImage, { width, colour }: Sheet): readonly Line[] {
  const lines: Line[] = [];
  for (const { builds: pair, location, values } of differences) {
    const names = pair.map((index) => `${index + 1}${builds[index]?.contents ?? ''}`);
    lines.push([], ...paragraph([piece('  ')], wordsOf(`${names.join(' and ')} differ at ${at(location)}`), width));
    const rows = names.map((name, index) => ({ name, value: values[index] ?? null }));
    lines.push(...environmentTable(rows, { width, indent: '    ', colour }));
  }
  return lines;
}

function retagLines(
  retag: Omit<PlannedRetag, 'builds'> & Partial<PlannedRetag>,
  { width }: Sheet,
  image?: PlannedImage,
): readonly Line[] {
  const of = image === undefined ? '' : `: ${ofBuilds(retag.builds ?? [], image)}`;
  const text = `${retag.from} → ${retag.to}${forWhom(retag.environments)}${of}`;
  return entry([text, retag.location], image === undefined ? '  ' : '    ', width);
}

function entry([text, location]: readonly [string, Location], indent: string, width: number): readonly Line[] {
  const [first = [], ...rest] = paragraph(
    [piece(indent)],
    [...wordsOf(text), ...wordsOf(`(${at(location)})`, 'dim')],
    width - 2,
  );
  return [first, ...rest.map((line): Line => [piece('  '), ...line])];
}

/** The environments of an image: who makes it for each, and what runs there. */
function environmentLines(image: PlannedImage, { width }: Sheet): readonly Line[] {
  const made = new Map<string, number[]>();
  const running = new Map<string, number[]>();
  const add = (to: Map<string, number[]>, environments: readonly string[], builds: readonly number[]): void => {
    for (const name of environments)
      to.set(
        name,
        [...new Set([...(to.get(name) ?? []), ...builds])].sort((a, b) => a - b),
      );
  };
  image.builds.forEach((build, index) => {
    add(made, environmentsOf(build.environments, build.development), [index]);
  });
  for (const { environments, builds, development } of image.deployments)
    add(running, environmentsOf(environments, development), builds);
  const names = [...new Set([...made.keys(), ...running.keys()])].sort();
  if (names.length === 0) return [];
  const room = Math.min(24, Math.max(11, ...names.map((name) => cellsOf(visible(name)))));
  const half = Math.max(8, Math.floor((width - room - 8) / 2));
  const cell = (builds: readonly number[] | undefined): string =>
    (builds ?? []).map((index) => `${index + 1}${image.builds[index]?.contents ?? ''}`).join(' ') || '–';
  const row = (name: string, by: string, there: string): readonly Line[] => {
    const fits = cellsOf(name) <= room && cellsOf(by) <= half;
    const lead = [piece(`  ${padCells(name, room)}  `, 'bold')];
    return fits
      ? paragraph([...lead, piece(padCells(by, half)), piece('  ')], wordsOf(there), width)
      : [
          ...paragraph([piece('  ')], wordsOf(name, 'bold'), width),
          ...paragraph([piece('    ')], wordsOf(`made by ${by}, running ${there}`), width),
        ];
  };
  return [
    [],
    [piece(`  ${padCells('environment', room)}  ${padCells('made by build', half)}  runs build`, 'dim')],
    ...names.flatMap((name) => row(visible(name), cell(made.get(name)), cell(running.get(name)))),
  ];
}

/** What the strongest evidence says: the usual name of an environment, or the name as it is written. */
export function environmentsOf(evidence: readonly PlannedEvidence[], development: boolean): readonly string[] {
  const known = evidence.filter(({ kind }) => kind !== null);
  const [first] = known.length > 0 ? known : evidence;
  if (first === undefined) return development ? ['development'] : [];
  return [...new Set(evidence.filter(({ source }) => source === first.source).map(({ kind, name }) => kind ?? name))];
}

function forWhom(evidence: readonly PlannedEvidence[]): string {
  return evidence.length === 0 ? '' : `, for ${evidenceText(evidence)}`;
}

/** The strongest evidence, with its place; `also` for names that say something else. */
function evidenceText(evidence: readonly PlannedEvidence[]): string {
  const [first, ...others] = evidence;
  if (first === undefined) return '';
  const differing = others.filter(({ kind, name }) => (kind ?? name) !== (first.kind ?? first.name));
  const also = [...new Set(differing.map(({ name, source }) => `${name} (${source})`))];
  const known = first.kind === null || first.kind === first.name ? '' : `${first.kind}, `;
  return `${first.name} (${known}${first.source} at ${at(first.location)})${also.length === 0 ? '' : `; also ${also.join(', ')}`}`;
}

function ofBuilds(builds: readonly number[], image: PlannedImage): string {
  if (image.builds.length === 1) return 'build 1';
  const names = builds.map((index) => `${index + 1}${image.builds[index]?.contents ?? ''}`);
  return `${builds.length === 1 ? 'build' : 'builds'} ${names.join(', ')}`;
}

function at({ file, line }: Location): string {
  return `${visible(file)}:${line}`;
}
