/*
 * The compose files of a folder as entry points of their own.
 *
 * Nobody writes down how the files of a folder are put together, so it is taken from what compose and people do:
 *
 * - `docker compose up` takes the base file and its override. That is one caller.
 * - Every other file (`compose.prod.yaml`, `docker-compose.test.yml`) is a variant. It is laid over the base where it has a
 *   meaning only there: it is called an override, it has a service without an image or a build that the base gives one, it
 *   gives one to a service of the base that has none, or it says how an image is built that the base only names. All else
 *   could be said with `-f variant` alone, and so it is.
 *
 * Profiles are all active, so that each service is seen; a profile that names an environment says so of its services.
 *
 * Where a variant that stands alone is for production, the plain files are what developers run.
 */
import type { Caller } from '../../model/delivery.js';
import { parseYaml } from '../../syntax/yaml/parse.js';
import { yamlEntries, yamlGet } from '../../syntax/yaml/read.js';
import type { YamlNode } from '../../syntax/yaml/tree.js';
import type { Files } from '../../text/files.js';
import { Space } from '../../value/diagram.js';
import { Texts } from '../../value/text.js';
import type { EnvironmentOf } from '../delivery/delivered.js';
import { evaluateCompose } from './call.js';
import { looksLikeCompose } from './load.js';
import {
  DEFAULT_NAMES,
  environmentOfFile,
  isComposeFile,
  isNamedForEnvironment,
  OVERRIDE_NAMES,
  variantOf,
} from './names.js';

/** The compose files of a folder by their names: the base, its override, then the others. */
export function composeFilesIn(files: Files, folder: string): readonly string[] {
  const names = (files.list(folder) ?? []).filter(
    (name) => isComposeFile(name) || isComposeByContent(folder === '' ? name : `${folder}/${name}`, files),
  );
  const known = [...DEFAULT_NAMES, ...OVERRIDE_NAMES];
  const rank = (name: string): number => (known.includes(name) ? known.indexOf(name) : known.length);
  return [...names]
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map((name) => (folder === '' ? name : `${folder}/${name}`));
}

/** Whether a file is a compose file although its name only says an environment (`docker compose -f production.yml`). */
export function isComposeByContent(path: string, files: Files): boolean {
  if (!isNamedForEnvironment(path)) return false;
  const read = files.read(path);
  return read?.kind === 'text' && looksLikeCompose(read.text);
}

/** What the compose files of a folder deliver when people call compose there by hand, one caller for each set of files. */
export function evaluateComposeProject(folder: string, files: Files): readonly Caller[] {
  const found = composeFilesIn(files, folder).filter((path) => {
    const file = files.read(path);
    return file?.kind === 'unreadable' || (file?.kind === 'text' && isComposeText(path, file.text));
  });
  const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  const base = DEFAULT_NAMES.flatMap((name) => found.find((path) => nameOf(path) === name) ?? [])[0];
  const override =
    base === undefined
      ? undefined
      : OVERRIDE_NAMES.flatMap((name) => found.find((path) => nameOf(path) === name) ?? [])[0];
  const variants = found.filter((path) => path !== base && path !== override);
  const sets = variants.map((path) => ({
    file: path,
    paths: base !== undefined && needsBase(files, base, path) ? [base, path] : [path],
  }));
  const hasProduction = sets.some(
    ({ file, paths }) => paths.length === 1 && environmentOfFile(file)?.kind === 'production',
  );
  const callers: Caller[] = [];
  // Without paths, so that `COMPOSE_FILE` in `.env` counts.
  if (base !== undefined) callers.push(call(files, folder, base, [], hasProduction));
  for (const { file, paths } of sets) callers.push(call(files, folder, file, paths, false));
  return callers;
}

/** A file that is called like a compose file is one, unless it has something else at its top (`compose-config.yaml`). */
function isComposeText(path: string, text: string): boolean {
  const known = [...DEFAULT_NAMES, ...OVERRIDE_NAMES];
  return (
    known.includes(path.slice(path.lastIndexOf('/') + 1)) ||
    /^\ufeff?(?:services|include):/m.test(text) ||
    looksLikeCompose(text)
  );
}

function call(files: Files, folder: string, file: string, paths: readonly string[], development: boolean): Caller {
  const texts = new Texts(new Space());
  const { space } = texts;
  const place = { file, start: 0, end: 0 };
  const delivered = evaluateCompose({
    paths,
    standing: { texts, files, folder, when: space.true, chain: [], evidence: [], development, depth: 0 },
    place,
    environment: openEnvironment(texts),
    envFiles: undefined,
    profiles: [texts.literal('*')],
    services: [],
    command: 'up',
    buildArguments: [],
  });
  return {
    file,
    kind: 'compose',
    texts,
    builds: delivered.builds,
    deployments: delivered.deployments,
    promotions: delivered.promotions,
    notes: delivered.notes,
    files: [file, ...delivered.files.filter((path) => path !== file)],
  };
}

/** The environment of whoever calls compose by hand: every name is open, but for those that every shell has. */
export function openEnvironment(texts: Texts): EnvironmentOf {
  const { space } = texts;
  return (name) => {
    if (/^(?:COMPOSE_|DOCKER_)/.test(name)) return undefined;
    if (/^(?:PATH|HOME|PWD|USER|LOGNAME|SHELL|HOSTNAME)$/.test(name))
      return { set: space.true, text: texts.symbol(`$${name}`, undefined, 'host') };
    const selector = space.input(name);
    return { set: space.not(space.is(selector, undefined)), text: texts.answer(selector) };
  };
}

/** Whether a file has a meaning only over the base. */
function needsBase(files: Files, base: string, path: string): boolean {
  if (/(?:^|[-_.])override(?:$|[-_.])/i.test(variantOf(path))) return true;
  const below = servicesIn(files, base);
  for (const [name, own] of servicesIn(files, path)) {
    const other = below.get(name);
    if (other === undefined) continue;
    const isComplete = (source: string): boolean => source !== '';
    // One has neither, or one the image and the other how it is built.
    if (isComplete(own) !== isComplete(other) || `${own}+${other}` === 'build+image') return true;
  }
  return false;
}

/** The services of a file, and where their images come from: `image`, `build`, both, or nothing. */
function servicesIn(files: Files, path: string): ReadonlyMap<string, string> {
  const file = files.read(path);
  if (file?.kind !== 'text') return new Map();
  const source = (node: YamlNode): string =>
    ['image', 'build', 'extends', 'provider'].filter((key) => yamlGet(node, key) !== undefined).join(' ');
  const services = yamlGet(parseYaml(file.text).documents[0]?.root, 'services');
  return new Map(yamlEntries(services).map(({ key, value }) => [key.text.text, source(value)]));
}
