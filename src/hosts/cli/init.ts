import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { environmentOf } from '../../knowledge/environments.js';
import { visible } from '../../report/cells.js';
import type { Core } from '../core.js';
import { discover } from '../discover.js';
import { diskFiles, readText, sizeLimit } from '../disk.js';
import { writeAtomically } from '../output.js';
import { settingsNames } from '../settings/find.js';
import { fromRoot, isFolder, resolveTargets } from '../targets.js';
import { complain, type Io } from './io.js';

const fileName = 'envariant.config.jsonc';

interface Caller {
  readonly file: string;
  /** The values that it passes, by the names of build arguments. */
  readonly passes: readonly (readonly [name: string, value: string])[];
}

/** Runs `init`: writes a settings file for the project at hand and says what it found. */
export function runInit(request: { readonly path: string; readonly force: boolean }, io: Io, core: Core): 0 | 2 {
  const folder = resolve(io.cwd, request.path);
  if (!isFolder(folder)) {
    complain(io, `${request.path} is no folder`, 'For example: envariant init');
    return 2;
  }
  const old = settingsNames.filter((name) => existsSync(join(folder, name)));
  const other = old.find((name) => name !== fileName);
  if (other !== undefined || (old.length > 0 && !request.force)) {
    const hint =
      other === undefined ? 'envariant init --force overwrites it.' : 'Remove it first, or change it by hand.';
    complain(io, `there is ${other ?? fileName} already`, hint);
    return 2;
  }
  const targets = resolveTargets([folder], io.cwd, (path) => core.recognise(path));
  const shown = fromRoot(targets.root, io.cwd);
  const selectors = core.survey?.(targets.files, diskFiles(targets.root)).selectors ?? [];
  const callers = findCallers(folder, shownFrom(io));
  const values = new Map(selectors.map(({ name, values: own }) => [name, new Set(own)]));
  for (const { passes } of callers) for (const [name, value] of passes) values.get(name)?.add(value);
  const environments = environmentsOf(values);
  try {
    writeAtomically(join(folder, fileName), settingsText(environments, schemaOf(folder)));
  } catch (error) {
    complain(io, error instanceof Error ? error.message : String(error), undefined);
    return 2;
  }
  const lines = [
    `Wrote ${visible(shownFrom(io)(join(folder, fileName)))}.`,
    `Build files: ${listed(targets.files.map(shown))}.`,
    `Callers: ${listed(callers.map(({ file }) => file))}.`,
    `Selectors: ${listed([...values].map(([name, own]) => `${name}${own.size === 0 ? '' : ` (${[...own].sort().join(', ')})`}`))}.`,
    `Environments: ${listed([...environments.keys()])}.`,
  ];
  io.stdout.write(lines.map((line) => `${visible(line)}\n`).join(''));
  return 0;
}

function shownFrom(io: Io): (absolute: string) => string {
  return (absolute) => fromRoot('/', io.cwd)(absolute);
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none found' : names.join(', ');
}

/** Files that may start a build. */
const CALLERS =
  /^(?:(?:GNU)?[Mm]akefile|.*\.mk|(?:docker-)?compose(?:\..+)?\.ya?ml|docker-bake(?:\..+)?\.(?:hcl|json)|\.gitlab-ci\.ya?ml|Jenkinsfile|.*\.sh|package\.json|.*\.ya?ml)$/;
const BUILDS =
  /\b(?:docker|podman|buildah|nerdctl)\s+(?:buildx\s+|image\s+|compose\s+(?:\S+\s+)*?)?(?:build|bud|bake)\b|docker\/build-push-action|^\s*build:|^\s*target\s+"/m;

function findCallers(folder: string, shown: (absolute: string) => string): readonly Caller[] {
  const { files } = discover(folder, { accept: (name) => CALLERS.test(name) });
  return files.flatMap((file) => {
    const read = readText(file, sizeLimit);
    if (read?.kind !== 'text' || !BUILDS.test(read.text)) return [];
    const found = read.text.matchAll(/(?:^|[\s"'-])([A-Za-z_]\w*)\s*[=:]\s*["']?([\w.-]+)["']?(?=\s|$)/gm);
    return [{ file: shown(file), passes: [...found].map(([, name = '', value = '']) => [name, value] as const) }];
  });
}

/** One environment for each value that names one, with every selector that takes the value. */
function environmentsOf(
  values: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const environments = new Map<string, Map<string, string>>();
  for (const [name, own] of values) {
    for (const value of own) {
      if (environmentOf(value) === undefined) continue;
      const known = environments.get(value) ?? new Map<string, string>();
      environments.set(value, known.set(name, value));
    }
  }
  return new Map([...environments].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function schemaOf(folder: string): string {
  const local = 'node_modules/envariant/dist/schema.json';
  return existsSync(join(folder, local)) ? `./${local}` : 'https://unpkg.com/envariant/dist/schema.json';
}

function settingsText(environments: ReadonlyMap<string, ReadonlyMap<string, string>>, schema: string): string {
  const rows = [...environments].map(([name, answers]) => {
    const pairs = [...answers].map(([selector, value]) => `${JSON.stringify(selector)}: ${JSON.stringify(value)}`);
    return `    ${JSON.stringify(name)}: { ${pairs.join(', ')} }`;
  });
  const object = rows.length === 0 ? '{}' : `{\n${rows.join(',\n')}\n  }`;
  return `{
  "$schema": ${JSON.stringify(schema)},
  // The environments by the names that findings use, each with the values of its selectors (null: not given).
  "environments": ${object},
  // Build arguments and variables that say an environment although their names do not, and those that never do.
  "selectors": { "add": [], "ignore": [] },
  // A rule's id to "error", "warning", "info" or "off"; \`envariant rules\` lists them.
  "rules": {},
  // Files and folders that are not linted, as globs.
  "ignore": []
}
`;
}
