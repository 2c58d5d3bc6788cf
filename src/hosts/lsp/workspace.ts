/*
 * The folders of an editor and what is open in them: which folder a URI belongs to, and by which URI the editor knows a file.
 */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { FileChangeType, type FileEvent } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { errorText } from '../settings/load.js';
import type { SettingsError } from '../settings/read.js';
import { type LanguageCore, Project } from './project.js';
import { type FolderSettings, isSettingsName, type LoadFolderSettings } from './settings.js';
import { pathOfUri, uriOfPath } from './uri.js';

/** A file of a project. */
export interface FileAt {
  readonly project: Project;
  /** As the project names it. */
  readonly path: string;
}

/** What a workspace tells. */
export interface WorkspaceEvents {
  warn(message: string): void;
  /** Something that reports are made from has changed. */
  changed(): void;
}

/** All folders. */
export class Workspace {
  readonly #core: LanguageCore;
  readonly #events: WorkspaceEvents;
  readonly #load: LoadFolderSettings | undefined;
  readonly #projects = new Map<string, Project>();
  /** Folders as they are without links, by the names that the editor has for them. */
  readonly #real = new Map<string, string>();
  /** What is open, by URI, the last opened last. */
  readonly #open = new Map<string, FileAt & { readonly document: TextDocument }>();
  readonly #settings = new Map<Project, FolderSettings>();
  /** The order in which settings were begun to be loaded: an older answer does not replace a newer one. */
  #loads = 0;
  readonly #loaded = new Map<Project, number>();
  #told = '';

  constructor(core: LanguageCore, events: WorkspaceEvents, load: LoadFolderSettings | undefined) {
    this.#core = core;
    this.#events = events;
    this.#load = load;
  }

  get projects(): readonly Project[] {
    return [...this.#projects.values()];
  }

  addFolder(uri: string): void {
    const root = pathOfUri(uri);
    if (root !== undefined && !this.#projects.has(root)) this.#add(root);
  }

  removeFolder(uri: string): void {
    const root = pathOfUri(uri);
    const project = root === undefined ? undefined : this.#projects.get(root);
    if (root === undefined || project === undefined) return;
    this.#projects.delete(root);
    this.#settings.delete(project);
  }

  /** Looks for build files in every folder. */
  discover(): void {
    for (const project of this.projects) if (existsSync(project.root)) project.discover();
  }

  /** The project of a file and its path there; undefined for what is no file. */
  at(uri: string): FileAt | undefined {
    const absolute = pathOfUri(uri);
    if (absolute === undefined) return undefined;
    const project = this.#containing(absolute, (root) => root);
    if (project !== undefined) return { project, path: project.pathOf(absolute) };
    // Editors may name a file without the links that lead to its folder.
    const real = realOf(absolute);
    const other = this.#containing(real, (root) => this.#real.get(root) ?? root);
    if (other !== undefined)
      return { project: other, path: other.pathOf(join(other.root, real.slice(this.#realRoot(other).length))) };
    return this.#adopt(absolute);
  }

  /** The URI that an editor has for a file; it may write one otherwise than we do. */
  uriOf(project: Project, path: string): string {
    let found: string | undefined;
    for (const [uri, at] of this.#open) if (at.path === path && at.project === project) found = uri;
    return found ?? uriOfPath(project.absolute(path));
  }

  /** Takes the text of a document in the place of its file's. */
  opened(document: TextDocument): void {
    const at = this.at(document.uri);
    if (at === undefined) return;
    const before = this.#open.get(document.uri);
    if (before !== undefined && before.project !== at.project) before.project.close(before.path);
    this.#open.set(document.uri, { ...at, document });
    at.project.open(at.path, document.getText());
  }

  saved({ uri }: TextDocument): void {
    const at = this.at(uri);
    at?.project.retouch([at.path]);
  }

  closed({ uri }: TextDocument): void {
    const at = this.#open.get(uri);
    if (at === undefined) return;
    this.#open.delete(uri);
    at.project.close(at.path);
    // The same file may be open by another name.
    for (const other of this.#open.values())
      if (other.project === at.project && other.path === at.path) this.opened(other.document);
  }

  /** Gives what is open to the folders that there are now. */
  reopen(): void {
    for (const { document } of [...this.#open.values()]) this.opened(document);
  }

  /** What a client tells of the disk; true when settings may be others by it. */
  filesChanged(changes: readonly FileEvent[]): boolean {
    let reload = false;
    for (const { uri, type } of changes) {
      const absolute = pathOfUri(uri);
      const at = absolute === undefined ? undefined : this.at(uri);
      if (at === undefined || absolute === undefined) continue;
      if (isSettingsName(absolute) || this.#isSettings(at)) reload = true;
      if (type === FileChangeType.Changed) at.project.touch([at.path]);
      else if (type === FileChangeType.Deleted) at.project.remove(at.path);
      // A folder that was moved here brings all that is in it.
      else if (isFolder(absolute)) at.project.discover();
      else at.project.retouch([at.path]);
    }
    return reload;
  }

  // ---------------------------------------------------------------------------------------------- settings

  /** Whether settings are made of this document. */
  isSettings(uri: string): boolean {
    const at = this.#open.get(uri);
    return at !== undefined && (/(?:^|\/)envariant\.config\.\w+$/.test(at.path) || this.#isSettings(at));
  }

  /** Loads the settings of every folder; where they cannot be read, the last ones stay. */
  async loadSettings(): Promise<void> {
    await Promise.all(this.projects.map((project) => this.#loadSettings(project)));
    this.#tell();
  }

  /** What is wrong in settings, with the project that they are for. */
  get faults(): readonly (readonly [Project, SettingsError])[] {
    return [...this.#settings].flatMap(([project, { faults }]) => faults.map((fault) => [project, fault] as const));
  }

  async #loadSettings(project: Project): Promise<void> {
    if (this.#load === undefined) return;
    this.#loads += 1;
    const turn = this.#loads;
    const found = await this.#load(project.root, (absolute) => this.#textOf(absolute));
    if (turn < (this.#loaded.get(project) ?? 0) || !this.#projects.has(project.root)) return;
    this.#loaded.set(project, turn);
    this.#settings.set(project, found);
    if (found.choices !== undefined) project.choices = found.choices;
  }

  /** Tells what is wrong in files that nobody looks at, once. */
  #tell(): void {
    const unseen = this.faults.filter(([, { file }]) => this.#textOf(file) === undefined);
    const messages = [...new Set(unseen.map(([{ root }, fault]) => errorText(fault, root)))];
    const told = messages.join('\n');
    if (told !== this.#told) for (const message of messages) this.#events.warn(message);
    this.#told = told;
  }

  #isSettings({ project, path }: FileAt): boolean {
    const absolute = project.absolute(path);
    return [...this.#settings.values()].some(({ files }) => files.includes(absolute));
  }

  #textOf(absolute: string): string | undefined {
    for (const { project, path, document } of this.#open.values())
      if (project.absolute(path) === absolute) return document.getText();
    return undefined;
  }

  // ---------------------------------------------------------------------------------------------- folders

  #add(root: string): Project {
    const project = new Project(root, this.#core, (message) => this.#events.warn(message));
    this.#projects.set(root, project);
    this.#real.set(root, realOf(root));
    return project;
  }

  /** A file outside of every folder: its repository, or else its own folder without what is below it. */
  #adopt(absolute: string): FileAt {
    const repository = repositoryOf(dirname(absolute));
    const project = this.#add(repository ?? dirname(absolute));
    void this.#loadSettings(project).then(() => {
      this.#tell();
      this.#events.changed();
    });
    if (repository !== undefined) project.discover();
    return { project, path: project.pathOf(absolute) };
  }

  #realRoot({ root }: Project): string {
    return this.#real.get(root) ?? root;
  }

  /** The innermost project that has a file below its root, by some name of that. */
  #containing(absolute: string, nameOf: (root: string) => string): Project | undefined {
    let found: Project | undefined;
    for (const project of this.#projects.values()) {
      const root = nameOf(project.root);
      const isInside = absolute.startsWith(root.endsWith(sep) ? root : root + sep);
      if (isInside && (found === undefined || root.length > nameOf(found.root).length)) found = project;
    }
    return found;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** A path without links; one that is not there yet, in its folder without links. */
function realOf(path: string): string {
  for (const [folder, name] of [
    [path, ''],
    [dirname(path), basename(path)],
  ] as const) {
    try {
      return join(realpathSync(folder), name);
    } catch {
      // Not there, or not to be read: the name that it was given is all that is known.
    }
  }
  return path;
}

function repositoryOf(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return undefined;
  }
}
