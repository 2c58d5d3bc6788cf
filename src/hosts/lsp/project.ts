/*
 * One workspace folder. The unit of linting is a *component*: the files that are linked, a compose file with the Dockerfiles
 * that it builds. A change lints the components that have the file, or that read it the last time, and no other; so a
 * keystroke costs the same in a workspace of two files and of two thousand.
 *
 * Which files are linked is known once every caller was evaluated, which `survey` does piece by piece, so that no request
 * waits for all of it.
 */
import { join, relative, sep } from 'node:path';
import type { DockerfileOutline, Explanation, FileLinks, LinkedBuild } from '../../index.js';
import type { Report } from '../../lint/report.js';
import type { Files } from '../../text/files.js';
import type { Language, LintChoices } from '../core.js';
import { discover } from '../discover.js';
import { recogniseName } from '../targets.js';
import { readEntries } from './entries.js';
import { Lru } from './lru.js';
import { type Stamps, Store } from './store.js';

/** What the server needs of the library; tests provide their own. */
export interface LanguageCore {
  lint(paths: readonly string[], files: Files, choices: LintChoices & { readonly around: readonly string[] }): Report;
  recognise(path: string): Language | undefined;
  linksOf(path: string, files: Files): FileLinks;
  outlineOf(file: string, text: string): DockerfileOutline;
  explainAt(path: string, offset: number, files: Files): Explanation | undefined;
}

/** A component is linted with at most so many files. */
export const COMPONENT_LIMIT = 64;
/** So many findings, and files without any, are remembered. */
const REPORT_LIMIT = 20_000;

/** Marks the name of an image among the names of files. */
const IMAGE = '\0image ';

interface Kept<T> {
  readonly value: T;
  readonly stamps: Stamps;
}

/** A report on a component. */
interface Linted extends Kept<Report> {
  readonly paths: readonly string[];
}

/** The state of one workspace folder. */
export class Project {
  readonly root: string;
  readonly store: Store;
  /** Settings; every report is made anew when they change. */
  #choices: LintChoices = {};
  readonly #core: LanguageCore;
  readonly #paths = new Set<string>();
  readonly #callers = new Set<string>();
  readonly #links = new Map<string, Kept<FileLinks>>();
  readonly #reports = new Lru<string, Linted>(REPORT_LIMIT, ({ value }) => value.findings.length + 1);
  /** Which files are linked with which, until a caller leads to something else. */
  #edges: Edges | undefined;
  /** Callers that were not evaluated since something changed for them. */
  readonly #due = new Set<string>();
  readonly #warn: (message: string) => void;
  /** Whether every file was linted once, so that it is known what each reads. */
  isSurveyed = false;

  constructor(root: string, core: LanguageCore, warn: (message: string) => void = () => {}) {
    this.root = root;
    this.store = new Store(root);
    this.#core = core;
    this.#warn = warn;
  }

  set choices(choices: LintChoices) {
    this.#choices = choices;
    this.#reports.clear();
  }

  /** The build files that are known, sorted. */
  get paths(): readonly string[] {
    return [...this.#paths].sort();
  }

  /** Looks for build files on the disk. */
  discover(): void {
    const { entries, isCut } = readEntries();
    const accept = (file: string): boolean => this.#languageOf(file) !== undefined;
    const { files } = discover(this.root, { accept, entries });
    if (isCut()) this.#warn(`${this.root} is too large to be searched for build files as a whole`);
    this.#paths.clear();
    this.#callers.clear();
    for (const file of files) this.#add(this.pathOf(file));
    for (const file of this.store.openPaths) this.#add(file);
    for (const caller of [...this.#links.keys()]) if (!this.#callers.has(caller)) this.#links.delete(caller);
    this.#edges = undefined;
    for (const caller of this.#callers) this.#due.add(caller);
  }

  /** An absolute path as the project names it. */
  pathOf(absolute: string): string {
    const path = relative(this.root, absolute);
    return sep === '/' ? path : path.replaceAll(sep, '/');
  }

  absolute(path: string): string {
    return join(this.root, path);
  }

  open(path: string, text: string): void {
    const wasOpen = this.store.isOpen(path);
    this.store.open(path, text);
    // One that is not saved yet is new in its folder.
    if (wasOpen) this.touch([path]);
    else this.retouch([path]);
  }

  close(path: string): void {
    this.store.close(path);
    this.touch(withFolders([path]));
  }

  /** Forgets a file, or all of a folder, that is gone; what is open stays as the editor has it. */
  remove(path: string): void {
    const isGone = (one: string): boolean => (one === path || one.startsWith(`${path}/`)) && !this.store.isOpen(one);
    for (const one of this.#paths) if (isGone(one)) this.#paths.delete(one);
    for (const one of this.#callers) {
      if (!isGone(one)) continue;
      this.#callers.delete(one);
      this.#due.delete(one);
      if (this.#links.delete(one)) this.#edges = undefined;
    }
    this.touch(withFolders([path]));
  }

  /** Forgets what was made from files that have changed, or from the folders that they are in. */
  touch(paths: readonly string[]): void {
    for (const [caller, { stamps }] of this.#links) if (paths.some((path) => stamps.has(path))) this.#due.add(caller);
  }

  /** Files came or went: what listed their folders is due, too. */
  retouch(paths: readonly string[]): void {
    for (const path of paths) this.#add(path);
    this.touch(withFolders(paths));
  }

  #add(path: string): void {
    if (this.#isLinted(path)) this.#paths.add(path);
    if (!this.#isCaller(path) || this.#callers.has(path)) return;
    this.#callers.add(path);
    this.#due.add(path);
  }

  #languageOf(path: string): string | undefined {
    return recogniseName(path, (name) => this.#core.recognise(name));
  }

  /** What is linted by itself; scripts and pipelines are read for what they run and call. */
  #isLinted(path: string): boolean {
    const { settings, settingsPath = (file: string) => file } = this.#choices;
    if (settings?.isIgnored(settingsPath(path)) === true) return false;
    const language = this.#languageOf(path);
    return language !== undefined && language !== 'shell' && language !== 'delivery';
  }

  #isCaller(path: string): boolean {
    const language = this.#languageOf(path);
    return language === 'shell' || language === 'delivery' || language === 'makefile';
  }

  /** Whether the server has something to say about a file. */
  knows(path: string): boolean {
    return this.#languageOf(path) !== undefined;
  }

  /** Evaluates callers that are due, one a step; the generator may be left at any time. */
  *survey(): Generator<void, boolean> {
    let any = false;
    for (const caller of [...this.#due]) {
      any = this.#follow(caller) || any;
      yield;
    }
    return any;
  }

  /** Evaluates a caller if it is due; true when it leads to something else than before. */
  #follow(caller: string): boolean {
    if (!this.#due.delete(caller)) return false;
    const before = this.#links.get(caller);
    if (before !== undefined && this.store.isFresh(before.stamps)) return false;
    const { files, stamps } = this.store.recorded();
    const value = this.#core.linksOf(caller, files);
    this.#links.set(caller, { value, stamps });
    const isNew = linkKey(before?.value) !== linkKey(value);
    if (isNew) this.#edges = undefined;
    return isNew;
  }

  /** Callers of open files that are due, without waiting for the survey. */
  followOpen(): void {
    for (const path of this.store.openPaths) this.#follow(path);
  }

  /** The files that are linked with one, itself among them, sorted. */
  componentOf(path: string): readonly string[] {
    this.#edges ??= edgesOf([...this.#links.values()].map(({ value }) => value));
    const edges = this.#edges;
    const found = new Set([path]);
    // Breadth first, so that what is cut off at the limit is what is furthest away.
    for (const at of found) {
      for (const other of edges.get(at) ?? []) {
        if (found.size >= COMPONENT_LIMIT) break;
        found.add(other);
      }
    }
    return [...found].filter((one) => !one.startsWith(IMAGE)).sort();
  }

  /** The image builds that any file asks for. */
  get builds(): readonly LinkedBuild[] {
    return [...this.#links.values()].flatMap(({ value }) => value.builds);
  }

  /** The report on a component; made anew when anything that it was made from has changed. */
  lint(component: readonly string[]): Report {
    const key = component.join('\0');
    const known = this.#reports.get(key);
    if (known !== undefined && this.store.isFresh(known.stamps)) return known.value;
    const { files, stamps } = this.store.recorded();
    const there = component.filter((path) => files.read(path) !== undefined);
    const paths = there.filter((path) => this.#isLinted(path));
    const around = there.filter((path) => this.knows(path) && !this.#isLinted(path));
    const value = this.#core.lint(paths, files, { ...this.#choices, around });
    // Components of before would be kept until the table is full.
    const own = new Set(component);
    for (const other of this.#reports.values())
      if (other.paths.length > 0 && other.paths.every((path) => own.has(path)))
        this.#reports.delete(other.paths.join('\0'));
    this.#reports.set(key, { value, stamps, paths: component });
    return value;
  }

  /** The components that a file has a part in: its own, and those that read it the last time. */
  componentsOf(path: string): readonly (readonly string[])[] {
    const found = new Map<string, readonly string[]>();
    const add = (component: readonly string[]): void => void found.set(component.join('\0'), component);
    if (this.knows(path)) add(this.componentOf(path));
    for (const { stamps, paths } of this.#reports.values())
      if (stamps.has(path) && !paths.includes(path) && paths[0] !== undefined) add(this.componentOf(paths[0]));
    return [...found.values()];
  }
}

/** Paths with those of the folders that they are in, as stamps have them. */
function withFolders(paths: readonly string[]): readonly string[] {
  return [...paths, ...paths.map((path) => `${path.slice(0, Math.max(0, path.lastIndexOf('/')))}/`)];
}

/** Files and images, each with those that it is linked with. */
type Edges = ReadonlyMap<string, ReadonlySet<string>>;

function edgesOf(links: readonly FileLinks[]): Edges {
  const edges = new Map<string, Set<string>>();
  const connect = (a: string, b: string): void => {
    if (a === b) return;
    const known = edges.get(a);
    if (known === undefined) edges.set(a, new Set([b]));
    else known.add(b);
  };
  const made = new Set(links.flatMap(({ makes }) => makes));
  for (const { file, builds, included, makes, uses } of links) {
    // An image that nobody here builds is no reason to lint its users together.
    const images = [...makes, ...uses.filter((one) => made.has(one))].map((image) => IMAGE + image);
    for (const other of [...images, ...builds.map(({ dockerfile }) => dockerfile), ...included]) {
      connect(file, other);
      connect(other, file);
    }
  }
  return edges;
}

function linkKey(links: FileLinks | undefined): string {
  if (links === undefined) return '';
  return JSON.stringify([
    links.builds.map(({ dockerfile, target }) => [dockerfile, target]),
    links.included,
    links.makes,
    links.uses,
  ]);
}
