/*
 * Compose files: `docker compose build`, `up`, `run` and `push` for every environment at once (semantics 5.2).
 *
 * The files are those of `-f`, those that `COMPOSE_FILE` names, or the nearest ones upward with their override. `loadFiles`
 * makes one project of them, `servicesOf` reads its services, and `deliverBuilds` says what they build.
 */
import type { Note } from '../../model/build.js';
import type { Evidence, PassedArgument } from '../../model/delivery.js';
import { type Files, folderOf } from '../../text/files.js';
import type { Place } from '../../text/span.js';
import type { Condition } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import {
  DEPTH_LIMIT,
  type Delivered,
  type EnvironmentOf,
  NOTHING,
  type Standing,
  together,
} from '../delivery/delivered.js';
import { type Delivery, deliverBuilds, deliverDeployments, evidenceOf } from './deliver.js';
import {
  exampleValues,
  isOpen,
  type ProjectEnvironment,
  projectEnvironment,
  type Reading,
  readDotenv,
} from './environment.js';
import { loadFiles } from './load.js';
import { DEFAULT_NAMES, environmentOfFile, isDevelopmentFolder, OVERRIDE_NAMES } from './names.js';
import { distinct } from './notes.js';
import { joinPath } from './paths.js';
import { activeWhere, type Service, servicesOf } from './service.js';
import { type ComposeMap, getValue, textOf } from './value.js';

/** A call of compose. */
export interface ComposeInput {
  /** The files of `-f`, relative to the project's root, in order; none for those that compose looks for itself. */
  readonly paths: readonly string[];
  readonly standing: Standing;
  /** The call. */
  readonly place: Place;
  /**
   * The environment that compose is called in. For a name that nobody sets it is the answer of an input (`space.input`,
   * set where it is not unset); then a dotenv file goes before it, see `environment.ts`.
   */
  readonly environment: EnvironmentOf;
  /** The files of `--env-file`; undefined for `.env` of the project's folder. */
  readonly envFiles: readonly string[] | undefined;
  /** The profiles of `--profile`; `*` is all of them. */
  readonly profiles: readonly Text[];
  /** The services that are named; none for all. */
  readonly services: readonly string[];
  /** `other` neither builds nor runs anything; the files are read all the same. */
  readonly command: ComposeCommand;
  /** `--build-arg`. */
  readonly buildArguments: readonly PassedArgument[];
  /** `--project-directory`, relative to the project's root. */
  readonly projectDirectory?: string;
  /** `--project-name`. */
  readonly projectName?: string;
}

export type ComposeCommand = 'build' | 'up' | 'run' | 'push' | 'other';

/** More values of `COMPOSE_FILE` than this are not told apart. */
const FILE_SETS = 8;

/** What a call of compose delivers. Never throws; what cannot be read is a note. */
export function evaluateCompose(input: ComposeInput): Delivered {
  const { standing, place } = input;
  if (standing.depth >= DEPTH_LIMIT)
    return { ...NOTHING, notes: [{ place, message: 'more files call each other here than are followed' }] };
  return together(fileSets(input).map(({ when, paths }) => evaluateSet(input, paths, when)));
}

// ------------------------------------------------------------------------------------------------ which files

interface FileSet {
  readonly when: Condition;
  readonly paths: readonly string[];
}

function fileSets(input: ComposeInput): readonly FileSet[] {
  const { standing, paths } = input;
  if (paths.length > 0) return [{ when: standing.when, paths }];
  const { texts, files, folder } = standing;
  const { space } = texts;
  const found = defaultFiles(files, input.projectDirectory ?? folder);
  const notes: Note[] = [];
  const reading: Reading = { texts, files, notes, read: new Set(), stop: () => {} };
  const base = input.projectDirectory ?? folderOf(found[0] ?? (folder === '' ? 'x' : `${folder}/x`));
  const environment = environmentFor(input, reading, base);
  const named = environment.lookup('COMPOSE_FILE');
  const value = isOpen(texts, named) ? texts.empty : texts.pick(named.set, named.text, texts.empty);
  const flat = texts.flatten(texts.assume(value, standing.when));
  const leaves = flat === undefined ? [] : space.leaves(flat);
  if (leaves.length === 0 || leaves.length > FILE_SETS) return [{ when: standing.when, paths: found }];
  const separator = environment.lookup('COMPOSE_PATH_SEPARATOR');
  const mark = isOpen(texts, separator) ? undefined : texts.constant(separator.text);
  return leaves.flatMap(({ when, item }): readonly FileSet[] => {
    const both = space.and(standing.when, when);
    if (both === space.false) return [];
    const constant = texts.constant(item);
    if (constant === undefined || constant === '') return [{ when: both, paths: found }];
    const list = constant.split(mark === undefined || mark === '' ? ':' : mark).filter((name) => name !== '');
    const resolved = list.map((name) => joinPath(base, name));
    const known = resolved.filter((path) => path !== undefined);
    return [{ when: both, paths: known.length === resolved.length ? known : found }];
  });
}

/** The compose file that is nearest upward, with its override. */
function defaultFiles(files: Files, start: string): readonly string[] {
  for (let folder = start; ; folder = folderOf(folder)) {
    const names = new Set(files.list(folder));
    const inFolder = (name: string): string => (folder === '' ? name : `${folder}/${name}`);
    const base = DEFAULT_NAMES.find((name) => names.has(name));
    if (base !== undefined) {
      const override = OVERRIDE_NAMES.find((name) => names.has(name));
      return override === undefined ? [inFolder(base)] : [inFolder(base), inFolder(override)];
    }
    if (folder === '') return [];
  }
}

function environmentFor(input: ComposeInput, reading: Reading, folder: string): ProjectEnvironment {
  const { texts } = reading;
  const bare = projectEnvironment(texts, input.environment, []);
  const disabled = texts.constant(bare.lookup('COMPOSE_DISABLE_ENV_FILE').text);
  const isDisabled = input.envFiles === undefined && /^(?:1|t|true)$/i.test(disabled ?? '');
  const paths = input.envFiles ?? [folder === '' ? '.env' : `${folder}/.env`];
  const layer = isDisabled ? undefined : readDotenv(reading, paths, bare);
  return layer === undefined
    ? projectEnvironment(texts, input.environment, [], exampleValues(reading, folder))
    : projectEnvironment(texts, input.environment, [layer]);
}

// ------------------------------------------------------------------------------------------------ one set of files

function evaluateSet(input: ComposeInput, paths: readonly string[], within: Condition): Delivered {
  const { standing, place } = input;
  const { texts, files } = standing;
  const { space } = texts;
  const [first] = paths;
  if (first === undefined)
    return { ...NOTHING, notes: [{ place, message: 'there is no compose file here or in a folder above' }] };
  const notes: Note[] = [];
  let when = within;
  const reading: Reading = {
    texts,
    files,
    notes,
    read: new Set(),
    stop: (where) => {
      when = space.and(when, space.not(where));
    },
  };
  const folder = input.projectDirectory ?? folderOf(first);
  const environment = environmentFor(input, reading, folder);
  const document = loadFiles({ reading, environment, folder, stack: [] }, paths, (path) => {
    notes.push({ place, message: `there is no compose file ${path}` });
  });
  const services = servicesOf(environment, folder, document, notes);
  const profiles = [...input.profiles, ...environmentProfiles(environment)];
  const evidence = [...standing.evidence, ...setEvidence(input, paths)];
  const development =
    standing.development ||
    paths.some((path) => environmentOfFile(path)?.kind === 'development' || isDevelopmentFolder(path)) ||
    profiles.some((profile) => evidenceOf(texts, profile, 'profile', place)[0]?.kind === 'development');
  const project = projectName(input, environment, document, folder);
  const delivery: Delivery = {
    texts,
    files,
    notes,
    chain: [...standing.chain, { place, message: describe(input, paths) }],
    evidence: [...evidence, ...profiles.flatMap((profile) => evidenceOf(texts, profile, 'profile', place))],
    development,
    project,
    buildArguments: input.buildArguments,
  };
  const runs = input.command === 'up' || input.command === 'run';
  const parts = selected(input, services, profiles, when).map(({ service, where }): Delivered => {
    const own = withOwnProfiles(delivery, service, profiles);
    return {
      ...NOTHING,
      builds: input.command === 'other' || input.command === 'push' ? [] : deliverBuilds(own, service, where),
      deployments: runs ? deliverDeployments(own, service, where) : [],
      // What is pushed was built before, by another command.
      pushes: input.command === 'push' && service.build !== undefined ? deliverDeployments(own, service, where) : [],
    };
  });
  const delivered = together(parts);
  return { ...delivered, notes: distinct(notes), files: [...reading.read] };
}

function describe({ command }: ComposeInput, paths: readonly string[]): string {
  return `docker compose ${paths.map((path) => `-f ${path}`).join(' ')} ${command === 'other' ? '' : command}`.trimEnd();
}

/** What the names of files say about the environment of the whole project. */
function setEvidence({ envFiles }: ComposeInput, paths: readonly string[]): readonly Evidence[] {
  const evidence: Evidence[] = [];
  for (const path of paths) {
    const found = environmentOfFile(path);
    if (found !== undefined)
      evidence.push({ ...found, source: 'compose file', place: { file: path, start: 0, end: 0 } });
  }
  for (const path of envFiles ?? []) {
    const found = environmentOfFile(path.replace(/[^/]*$/, (name) => name.replace(/^\.?env\b|\.env$/, '')));
    if (found !== undefined)
      evidence.push({ ...found, source: 'values file', place: { file: path, start: 0, end: 0 } });
  }
  return evidence;
}

/** With `--profile "*"`, a service is for what its own profiles say. */
function withOwnProfiles(delivery: Delivery, { profiles, value }: Service, active: readonly Text[]): Delivery {
  const { texts } = delivery;
  if (!active.some((profile) => texts.constant(profile) === '*')) return delivery;
  const place = getValue(value, 'profiles')?.place ?? value.place;
  const own = profiles.flatMap((profile) => evidenceOf(texts, profile, 'profile', place));
  if (own.length === 0) return delivery;
  const development = delivery.development || own.every(({ kind }) => kind === 'development');
  return { ...delivery, development, evidence: [...delivery.evidence, ...own] };
}

function environmentProfiles({ texts, lookup }: ProjectEnvironment): readonly Text[] {
  const named = lookup('COMPOSE_PROFILES');
  if (isOpen(texts, named)) return [];
  const constant = texts.constant(named.text);
  if (constant !== undefined)
    return constant
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .map((name) => texts.literal(name));
  return [named.text];
}

/** The services that a command works on, and where. */
function selected(
  { services: named, command, standing: { texts } }: ComposeInput,
  services: readonly Service[],
  profiles: readonly Text[],
  when: Condition,
): readonly { readonly service: Service; readonly where: Condition }[] {
  const { space } = texts;
  const byName = new Map(services.map((service) => [service.name, service]));
  const starts = command === 'up' || command === 'run';
  const wanted = new Set<string>();
  const want = (name: string): void => {
    const service = byName.get(name);
    if (service === undefined || wanted.has(name)) return;
    wanted.add(name);
    for (const base of service.build?.bases ?? []) want(base);
    if (starts) for (const needed of service.needs) want(needed);
  };
  for (const name of named) want(name);
  return services.flatMap((service) => {
    // A service that is named is there whatever its profiles are.
    const where =
      named.length === 0
        ? space.and(when, activeWhere(texts, service, profiles))
        : wanted.has(service.name)
          ? when
          : space.false;
    return where === space.false ? [] : [{ service, where }];
  });
}

function projectName(
  input: ComposeInput,
  environment: ProjectEnvironment,
  document: ComposeMap | undefined,
  folder: string,
): Text {
  const { texts } = input.standing;
  if (input.projectName !== undefined) return texts.literal(input.projectName);
  const named = environment.lookup('COMPOSE_PROJECT_NAME');
  // Compose makes a folder's name one that images may have.
  const base = (folder.split('/').at(-1) ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
  const fallback = base === '' ? texts.symbol('project', undefined, 'checkout') : texts.literal(base);
  const inFile = textOf(getValue(document, 'name')) ?? fallback;
  return isOpen(texts, named) ? inFile : texts.pick(named.set, named.text, inFile);
}
