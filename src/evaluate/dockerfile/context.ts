/*
 * The files that a build can know: what COPY brings from the build context, and what COPY heredocs and scripts write.
 * The context is not in the Dockerfile; it is the Dockerfile's folder or one above it, whichever has the file.
 */
import picomatch from 'picomatch';
import { type Files, folderOf, normalizePath } from '../../text/files.js';

/** A path of the image that comes from a path of the context. */
export interface Mapping {
  /** Absolute path in the image. */
  readonly destination: string;
  /** Path in the context; `''` is all of it. */
  readonly source: string;
  readonly isFolder: boolean;
  /** Known content, for a heredoc. */
  readonly content: string | undefined;
}

/** The project's file behind a path of the image, if a COPY brought it there. */
export function fileAt(
  path: string,
  mappings: readonly Mapping[],
  files: Files,
  dockerfile: string,
): { readonly file: string; readonly text: string } | undefined {
  for (const mapping of [...mappings].reverse()) {
    const rest = below(path, mapping.destination);
    if (rest === undefined) continue;
    if (mapping.content !== undefined) {
      if (rest === '') return { file: dockerfile, text: mapping.content };
      continue;
    }
    for (const context of contextsOf(dockerfile)) {
      const inside = normalizePath([mapping.source, rest].filter((part) => part !== '').join('/'));
      if (inside === undefined || isIgnored(inside, context, files)) continue;
      const file = normalizePath([context, inside].filter((part) => part !== '').join('/'));
      const found = file === undefined ? undefined : files.read(file);
      if (file !== undefined && found?.kind === 'text') return { file, text: found.text };
    }
  }
  return undefined;
}

/** What comes to the destination from a stage: what that stage had from the context, under its new path. */
export function fromStage(mappings: readonly Mapping[], source: string, destination: string): readonly Mapping[] {
  const from = joinPath('/', source);
  return mappings.flatMap((mapping): Mapping[] => {
    if (mapping.destination === from)
      return [
        {
          ...mapping,
          // Of a folder COPY takes what is in it, wherever that goes.
          destination: mapping.isFolder ? withoutSlash(destination) : inFolder(destination, nameOf(from)),
        },
      ];
    if (mapping.destination.startsWith(`${from}/`))
      return [{ ...mapping, destination: joinPath(destination, mapping.destination.slice(from.length + 1)) }];
    const folder = mapping.destination.replace(/\/$/, '');
    if (!from.startsWith(`${folder}/`)) return [];
    const rest = from.slice(folder.length + 1);
    return [
      {
        ...mapping,
        source: mapping.source === '' ? rest : `${mapping.source}/${rest}`,
        destination: withoutSlash(destination),
      },
    ];
  });
}

/** What comes to the destination from the build context: a file, or all of a folder. */
export function fromContext(source: string, destination: string, files: Files, dockerfile: string): readonly Mapping[] {
  const path = source
    .replace(/^\.?\/+/, '')
    .replace(/\/+$/, '')
    .replace(/^\.$/, '');
  const folder = withoutSlash(destination);
  for (const context of contextsOf(dockerfile)) {
    const full = [context, path].filter((part) => part !== '').join('/');
    if (files.list(full) !== undefined)
      return [{ destination: folder, source: path, isFolder: true, content: undefined }];
    if (files.read(full) === undefined) continue;
    return [{ destination: inFolder(destination, nameOf(path)), source: path, isFolder: false, content: undefined }];
  }
  return /[*?[]/.test(path)
    ? [{ destination: folder, source: folderOf(path), isFolder: true, content: undefined }]
    : [];
}

/** Where a file of a name gets: into the destination if that ends as a folder does. */
function inFolder(destination: string, name: string): string {
  return destination.endsWith('/') ? joinPath(destination, name) : destination;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function withoutSlash(folder: string): string {
  return folder.replace(/(?<=.)\/$/, '');
}

/** The folders that may be the build context, the likeliest first. */
export function contextsOf(dockerfile: string): readonly string[] {
  const contexts: string[] = [];
  for (let folder = folderOf(dockerfile); ; folder = folderOf(folder)) {
    contexts.push(folder);
    if (folder === '') return contexts;
  }
}

function below(path: string, folder: string): string | undefined {
  if (path === folder) return '';
  const prefix = folder.endsWith('/') ? folder : `${folder}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
}

/** Whether .dockerignore keeps a path out of the context: the last matching line decides (Docker's rules). */
function isIgnored(path: string, context: string, files: Files): boolean {
  const list = files.read(context === '' ? '.dockerignore' : `${context}/.dockerignore`);
  if (list?.kind !== 'text') return false;
  let ignored = false;
  for (const raw of list.text.split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const negated = line.startsWith('!');
    const pattern = line.replace(/^!/, '').replace(/^\/+/, '').replace(/\/+$/, '');
    const matches = picomatch([pattern, `${pattern}/**`], { dot: true });
    if (matches(path)) ignored = !negated;
  }
  return ignored;
}

/** Joins an absolute folder and a path, without `.` and `..`. */
export function joinPath(folder: string, path: string): string {
  return `/${normalizePath(path.startsWith('/') ? path : `${folder}/${path}`) ?? ''}`;
}
