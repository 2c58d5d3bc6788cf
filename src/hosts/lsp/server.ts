/*
 * The language server: which editor gets to know what, and when. All that it knows of builds is in `Project`.
 *
 * Evaluation is synchronous and short; between two pieces of it the server turns to what has come in, so that a newer text or
 * a cancellation is noticed. A client that pulls diagnostics is told to pull again when a linked file changes what it has;
 * to all others they are pushed.
 */
import { existsSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type CancellationToken,
  type ClientCapabilities,
  CodeActionKind,
  type Connection,
  type Diagnostic,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
  type DocumentLink,
  FileChangeType,
  type InitializeParams,
  type InitializeResult,
  type InlayHint,
  LSPErrorCodes,
  MarkupKind,
  MessageType,
  type Position,
  type Location as ProtocolLocation,
  ResponseError,
  ShowMessageNotification,
  type TextDocumentEdit,
  TextDocumentSyncKind,
  TextDocuments,
  type TextEdit,
  type WorkspaceDocumentDiagnosticReport,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Report } from '../../lint/report.js';
import { environmentNames } from '../../report/environments.js';
import { explanationMarkdown, variantsMarkdown } from '../../report/explanation.js';
import { LineTable, type Place } from '../../text/span.js';
import { version } from '../cli/version.js';
import type { LintChoices } from '../core.js';
import { actionsFor, fixAllKind, openPage } from './actions.js';
import { diagnosticsOf, rangeOf, uriOfPath } from './convert.js';
import { definitionsAt, linksIn, referencesAt, type Surroundings } from './navigate.js';
import { type LanguageCore, Project } from './project.js';

/** What a server is started with. */
export interface ServerOptions {
  /** The settings of a folder, and what is wrong with them; without it, there are none. */
  readonly loadChoices?: (
    root: string,
  ) => Promise<{ readonly choices: LintChoices; readonly problems: readonly string[] }>;
  /** Milliseconds between the last change and the diagnostics. */
  readonly delay?: number;
}

interface EditorSettings {
  readonly inlayHints: boolean;
}

const DELAY = 40;
/** What a build may be made of; settings are among them by their endings. */
const WATCHED = [
  '**/{Dockerfile,Containerfile,Makefile,makefile,GNUmakefile,Jenkinsfile,Kustomization}*',
  '**/*.{dockerfile,Dockerfile,mk,mak,make,sh,yml,yaml,hcl,json,jsonc,toml,js,cjs,mjs,ts,mts,cts}',
  '**/.env*',
];

/** Serves one client over a connection, which is listened to from then on. */
export function serve(connection: Connection, core: LanguageCore, options: ServerOptions = {}): void {
  new LanguageServer(connection, core, options).start();
}

class LanguageServer {
  readonly #connection: Connection;
  readonly #core: LanguageCore;
  readonly #options: ServerOptions;
  readonly #documents = new TextDocuments(TextDocument);
  readonly #projects = new Map<string, Project>();
  /** What was pushed, by URI, so that nothing is pushed twice. */
  readonly #pushed = new Map<string, string>();
  /** What the client has of linked files, by the file that it is about, to know when it must pull again. */
  #pulled = '';
  #capabilities: ClientCapabilities = {};
  #editor: EditorSettings = { inlayHints: true };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #surveying = false;
  #isShutDown = false;

  constructor(connection: Connection, core: LanguageCore, options: ServerOptions) {
    this.#connection = connection;
    this.#core = core;
    this.#options = options;
  }

  start(): void {
    const connection = this.#connection;
    connection.onInitialize((params) => this.#initialize(params));
    connection.onInitialized(() => this.#initialized());
    connection.onShutdown(() => {
      this.#isShutDown = true;
      clearTimeout(this.#timer);
    });
    connection.onDidChangeConfiguration(({ settings }) => this.#reconfigure(settings));
    connection.onDidChangeWatchedFiles(({ changes }) => this.#filesChanged(changes));
    this.#documents.onDidChangeContent(({ document }) => this.#changed(document));
    this.#documents.onDidSave(({ document }) => {
      const at = this.#at(document.uri);
      at?.project.retouch([at.path]);
      this.#schedule();
    });
    this.#documents.onDidClose(({ document }) => {
      const at = this.#at(document.uri);
      at?.project.close(at.path);
      this.#schedule();
    });
    connection.languages.diagnostics.on((params, token) =>
      this.#answer(token, () => this.#pull(params.textDocument.uri, params.previousResultId)),
    );
    connection.languages.diagnostics.onWorkspace(async ({ previousResultIds }, token) => ({
      items: await this.#pullAll(new Map(previousResultIds.map(({ uri, value }) => [uri, value])), token),
    }));
    connection.onHover(({ textDocument, position }, token) =>
      this.#answer(token, () => this.#hover(textDocument.uri, position)),
    );
    connection.onDefinition(({ textDocument, position }, token) =>
      this.#answer(token, () => this.#places(textDocument.uri, position, definitionsAt)),
    );
    connection.onReferences(({ textDocument, position }, token) =>
      this.#answer(token, () => this.#places(textDocument.uri, position, referencesAt)),
    );
    connection.onDocumentLinks(({ textDocument }, token) => this.#answer(token, () => this.#links(textDocument.uri)));
    connection.languages.inlayHint.on(({ textDocument, range }, token) =>
      this.#answer(token, () => this.#hints(textDocument.uri, range.start.line, range.end.line)),
    );
    connection.onCodeAction((params, token) =>
      this.#answer(token, () => {
        const at = this.#at(params.textDocument.uri);
        const text = at === undefined ? undefined : textOf(at.project, at.path);
        if (at === undefined || text === undefined) return [];
        return [
          ...actionsFor(this.#reports(at.project, at.path), {
            file: at.path,
            text,
            range: params.range,
            diagnostics: params.context.diagnostics,
            only: params.context.only,
            textOf: (file) => textOf(at.project, file),
            toEdit: (edits) => this.#workspaceEdit(at.project, edits),
          }),
        ];
      }),
    );
    connection.onExecuteCommand(({ command, arguments: [address] = [] }) => {
      if (command !== openPage || typeof address !== 'string' || !/^https?:/.test(address)) return;
      if (this.#capabilities.window?.showDocument?.support === true)
        void connection.window.showDocument({ uri: address, external: true }).catch(() => {});
      else void connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message: address });
    });
    this.#documents.listen(connection);
    connection.listen();
  }

  // ---------------------------------------------------------------------------------------------- beginning and settings

  #initialize({ capabilities, workspaceFolders, rootUri, initializationOptions }: InitializeParams): InitializeResult {
    this.#capabilities = capabilities;
    this.#readEditorSettings(initializationOptions);
    const folders =
      workspaceFolders?.map(({ uri }) => uri) ?? (rootUri === null || rootUri === undefined ? [] : [rootUri]);
    for (const uri of folders) this.#addFolder(uri);
    return {
      serverInfo: { name: 'envariant', version },
      capabilities: {
        textDocumentSync: {
          openClose: true,
          change: TextDocumentSyncKind.Incremental,
          save: { includeText: false },
        },
        diagnosticProvider: { identifier: 'envariant', interFileDependencies: true, workspaceDiagnostics: true },
        hoverProvider: true,
        definitionProvider: true,
        referencesProvider: true,
        documentLinkProvider: { resolveProvider: false },
        inlayHintProvider: { resolveProvider: false },
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] },
        executeCommandProvider: { commands: [openPage] },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  }

  async #initialized(): Promise<void> {
    const { workspace } = this.#capabilities;
    if (workspace?.didChangeConfiguration?.dynamicRegistration === true)
      void this.#connection.client
        .register(DidChangeConfigurationNotification.type, { section: 'envariant' })
        .catch(() => {});
    if (workspace?.didChangeWatchedFiles?.dynamicRegistration === true)
      void this.#connection.client
        .register(DidChangeWatchedFilesNotification.type, { watchers: WATCHED.map((globPattern) => ({ globPattern })) })
        .catch(() => {});
    if (workspace?.workspaceFolders === true)
      this.#connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        for (const { uri } of removed) this.#removeFolder(uri);
        for (const { uri } of added) this.#addFolder(uri);
        for (const document of this.#documents.all()) this.#changed(document);
        void this.#load();
      });
    await this.#load();
  }

  /** Reads what the editor and the files say, and begins to look at the project. */
  async #load(): Promise<void> {
    if (this.#capabilities.workspace?.configuration === true) {
      const found: unknown = await this.#connection.workspace.getConfiguration('envariant').catch(() => undefined);
      this.#readEditorSettings(found);
    }
    for (const project of this.#projects.values()) await this.#loadChoices(project);
    for (const project of this.#projects.values()) if (existsSync(project.root)) project.discover();
    this.#schedule();
  }

  async #loadChoices(project: Project): Promise<void> {
    if (this.#options.loadChoices === undefined) return;
    try {
      const { choices, problems } = await this.#options.loadChoices(project.root);
      for (const problem of problems) this.#warn(problem);
      project.choices = choices;
    } catch (error) {
      this.#connection.console.error(`the settings of ${project.root} cannot be loaded: ${String(error)}`);
    }
  }

  #reconfigure(settings: unknown): void {
    this.#readEditorSettings(
      typeof settings === 'object' && settings !== null && 'envariant' in settings ? settings.envariant : settings,
    );
    void this.#load();
    if (this.#capabilities.workspace?.inlayHint?.refreshSupport === true)
      this.#connection.languages.inlayHint.refresh();
  }

  #readEditorSettings(found: unknown): void {
    if (typeof found !== 'object' || found === null || !('inlayHints' in found)) return;
    this.#editor = { inlayHints: found.inlayHints !== false };
  }

  #addFolder(uri: string): void {
    const root = pathOfUri(uri);
    if (root !== undefined && !this.#projects.has(root)) this.#projects.set(root, this.#newProject(root));
  }

  #removeFolder(uri: string): void {
    const root = pathOfUri(uri);
    if (root !== undefined) this.#projects.delete(root);
  }

  #warn(message: string): void {
    void this.#connection.sendNotification(ShowMessageNotification.type, {
      type: MessageType.Warning,
      message: `Envariant: ${message}`,
    });
  }

  #newProject(root: string): Project {
    return new Project(root, this.#core, (message) => this.#warn(message));
  }

  // ---------------------------------------------------------------------------------------------- files

  /** The project of a file and its path there; undefined for what is no file. */
  #at(uri: string): { readonly project: Project; readonly path: string } | undefined {
    const absolute = pathOfUri(uri);
    if (absolute === undefined) return undefined;
    let found: Project | undefined;
    for (const project of this.#projects.values()) {
      const inside = absolute.startsWith(project.root.endsWith(sep) ? project.root : project.root + sep);
      if (inside && (found === undefined || project.root.length > found.root.length)) found = project;
    }
    if (found === undefined) {
      // A file outside of every folder: its repository, or else its own folder without what is below it.
      const repository = repositoryOf(dirname(absolute));
      found = this.#newProject(repository ?? dirname(absolute));
      this.#projects.set(found.root, found);
      void this.#loadChoices(found).then(() => this.#schedule());
      if (repository !== undefined) found.discover();
    }
    return { project: found, path: found.pathOf(absolute) };
  }

  #changed(document: TextDocument): void {
    const at = this.#at(document.uri);
    if (at === undefined) return;
    at.project.open(at.path, document.getText());
    this.#schedule();
  }

  #filesChanged(changes: readonly { readonly uri: string; readonly type: FileChangeType }[]): void {
    let reload = false;
    for (const { uri, type } of changes) {
      const absolute = pathOfUri(uri);
      const at = absolute === undefined ? undefined : this.#at(uri);
      if (at === undefined) continue;
      if (/(?:^|\/)(?:envariant\.config\.\w+|package\.json)$/.test(at.path)) reload = true;
      if (type === FileChangeType.Changed) at.project.touch([at.path]);
      else if (type === FileChangeType.Deleted) at.project.remove(at.path);
      // A folder that was moved here brings all that is in it.
      else if (absolute !== undefined && isFolder(absolute)) at.project.discover();
      else at.project.retouch([at.path]);
    }
    if (reload) void this.#load();
    else this.#schedule();
  }

  #uriOf(project: Project, path: string): string {
    const absolute = project.absolute(path);
    // An editor may write a URI otherwise than we do; of what is open, it gets its own back.
    const open = this.#documents.all().find(({ uri }) => pathOfUri(uri) === absolute);
    return open?.uri ?? uriOfPath(absolute);
  }

  // ---------------------------------------------------------------------------------------------- diagnostics

  #schedule(): void {
    clearTimeout(this.#timer);
    if (!this.#isShutDown) this.#timer = setTimeout(() => this.#refresh(), this.#options.delay ?? DELAY);
  }

  /** Lints what is open and linked, tells the client, and goes on with what else there is to look at. */
  #refresh(): void {
    if (this.#isShutDown) return;
    try {
      if (this.#pulls()) this.#tellToPull();
      else this.#push();
    } catch (error) {
      this.#connection.console.error(String(error instanceof Error ? error.stack : error));
    }
    if (!this.#surveying) void this.#survey();
  }

  #pulls(): boolean {
    return this.#capabilities.textDocument?.diagnostic !== undefined;
  }

  /** The diagnostics of what is open and of what it is linked with, by URI. */
  #shown(): ReadonlyMap<string, readonly Diagnostic[]> {
    const shown = new Map<string, readonly Diagnostic[]>();
    for (const project of this.#projects.values()) {
      project.followOpen();
      const components = new Map<string, readonly string[]>();
      for (const path of project.store.openPaths)
        for (const component of project.componentsOf(path)) components.set(component.join('\0'), component);
      for (const component of components.values())
        for (const [file, diagnostics] of this.#diagnostics(project, component)) {
          const uri = this.#uriOf(project, file);
          shown.set(uri, distinct([...(shown.get(uri) ?? []), ...diagnostics]));
        }
    }
    return shown;
  }

  #diagnostics(project: Project, component: readonly string[]): ReadonlyMap<string, readonly Diagnostic[]> {
    const related = this.#capabilities.textDocument?.publishDiagnostics?.relatedInformation !== false;
    return diagnosticsOf(project.lint(component), component, (file) => this.#uriOf(project, file), related);
  }

  #push(): void {
    const shown = this.#shown();
    for (const uri of [...this.#pushed.keys()])
      if (!shown.has(uri)) {
        this.#pushed.delete(uri);
        void this.#connection.sendDiagnostics({ uri, diagnostics: [] });
      }
    for (const [uri, diagnostics] of shown) {
      const document = this.#documents.get(uri);
      const key = JSON.stringify([document?.version, diagnostics]);
      if (this.#pushed.get(uri) === key) continue;
      // Nothing about a file that nobody has opened, and nothing before, is no news.
      if (document === undefined && diagnostics.length === 0 && !this.#pushed.has(uri)) continue;
      this.#pushed.set(uri, key);
      void this.#connection.sendDiagnostics({
        uri,
        diagnostics: [...diagnostics],
        ...(document === undefined ? {} : { version: document.version }),
      });
    }
  }

  #tellToPull(): void {
    if (this.#capabilities.workspace?.diagnostics?.refreshSupport !== true) return;
    const key = JSON.stringify([...this.#shown()]);
    if (key === this.#pulled) return;
    this.#pulled = key;
    this.#connection.languages.diagnostics.refresh();
  }

  #pull(uri: string, previous: string | undefined): DocumentDiagnosticReport {
    const at = this.#at(uri);
    if (at === undefined) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
    at.project.followOpen();
    const byFile = new Map<string, readonly Diagnostic[]>();
    for (const component of at.project.componentsOf(at.path))
      for (const [file, list] of this.#diagnostics(at.project, component))
        byFile.set(file, distinct([...(byFile.get(file) ?? []), ...list]));
    const items = [...(byFile.get(at.path) ?? [])];
    const resultId = hashOf(items);
    if (resultId === previous) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
    const others = [...byFile].filter(([file]) => file !== at.path);
    const relatedSupport = this.#capabilities.textDocument?.diagnostic?.relatedDocumentSupport === true;
    return {
      kind: DocumentDiagnosticReportKind.Full,
      resultId,
      items,
      ...(relatedSupport
        ? {
            relatedDocuments: Object.fromEntries(
              others.map(([file, list]) => [
                this.#uriOf(at.project, file),
                { kind: DocumentDiagnosticReportKind.Full, resultId: hashOf(list), items: [...list] },
              ]),
            ),
          }
        : {}),
    };
  }

  async #pullAll(
    previous: ReadonlyMap<string, string>,
    token: CancellationToken,
  ): Promise<WorkspaceDocumentDiagnosticReport[]> {
    const items: WorkspaceDocumentDiagnosticReport[] = [];
    for (const project of this.#projects.values()) {
      for (const _ of project.survey()) await this.#turn(token);
      const byFile = new Map<string, readonly Diagnostic[]>();
      for (const path of project.paths) {
        await this.#turn(token);
        for (const [file, list] of this.#diagnostics(project, project.componentOf(path)))
          byFile.set(file, distinct([...(byFile.get(file) ?? []), ...list]));
      }
      for (const [file, list] of byFile) {
        const uri = this.#uriOf(project, file);
        const document = this.#documents.get(uri)?.version ?? null;
        const resultId = hashOf(list);
        items.push(
          previous.get(uri) === resultId
            ? { kind: DocumentDiagnosticReportKind.Unchanged, uri, version: document, resultId }
            : { kind: DocumentDiagnosticReportKind.Full, uri, version: document, resultId, items: [...list] },
        );
      }
    }
    return items;
  }

  /** Evaluates callers and lints files in the background, so that it is known what is linked with what. */
  async #survey(): Promise<void> {
    this.#surveying = true;
    try {
      for (const project of [...this.#projects.values()]) {
        const steps = project.survey();
        for (let step = steps.next(); ; step = steps.next()) {
          if (this.#isShutDown) return;
          if (step.done === true) {
            if (step.value) this.#schedule();
            break;
          }
          await nextTurn();
        }
        if (project.isSurveyed) continue;
        for (const path of project.paths) {
          await nextTurn();
          if (this.#isShutDown) return;
          project.lint(project.componentOf(path));
        }
        project.isSurveyed = true;
        this.#schedule();
      }
    } catch (error) {
      this.#connection.console.error(String(error instanceof Error ? error.stack : error));
    } finally {
      this.#surveying = false;
    }
  }

  // ---------------------------------------------------------------------------------------------- questions

  /** Answers a question after what came in before it was read; one that was taken back is not answered. */
  async #answer<T>(token: CancellationToken, answer: () => T): Promise<T> {
    await this.#turn(token);
    return answer();
  }

  async #turn(token: CancellationToken): Promise<void> {
    await nextTurn();
    if (token.isCancellationRequested) throw new ResponseError<void>(LSPErrorCodes.RequestCancelled, 'cancelled');
  }

  #reports(project: Project, path: string): readonly Report[] {
    return project.componentsOf(path).map((component) => project.lint(component));
  }

  #hover(uri: string, position: Position) {
    const at = this.#at(uri);
    const text = at === undefined ? undefined : textOf(at.project, at.path);
    if (at === undefined || text === undefined || !at.project.knows(at.path)) return null;
    const { files } = at.project.store.recorded();
    const explanation = this.#core.explainAt(at.path, offsetAt(text, position), files);
    if (explanation === undefined) return null;
    const { start, end } = explanation.place;
    const range = rangeIn(text, { file: at.path, start, end });
    return { contents: { kind: MarkupKind.Markdown, value: explanationMarkdown(explanation) }, range };
  }

  #places(
    uri: string,
    position: Position,
    find: (file: string, text: string, offset: number, surroundings: Surroundings) => readonly Place[],
  ): ProtocolLocation[] {
    const at = this.#at(uri);
    const text = at === undefined ? undefined : textOf(at.project, at.path);
    if (at === undefined || text === undefined) return [];
    const { project, path } = at;
    return find(path, text, offsetAt(text, position), this.#surroundings(project)).map((place) => ({
      uri: this.#uriOf(project, place.file),
      range: rangeIn(textOf(project, place.file) ?? '', place),
    }));
  }

  #surroundings(project: Project): Surroundings {
    project.followOpen();
    return {
      builds: project.builds,
      textOf: (file) => textOf(project, file),
      outlineOf: (file) => {
        const text =
          this.#core.recognise(file) === 'dockerfile' || project.builds.some(({ dockerfile }) => dockerfile === file)
            ? textOf(project, file)
            : undefined;
        return text === undefined ? undefined : this.#core.outlineOf(file, text);
      },
    };
  }

  #links(uri: string): DocumentLink[] {
    const at = this.#at(uri);
    const text = at === undefined ? undefined : textOf(at.project, at.path);
    if (at === undefined || text === undefined) return [];
    return linksIn(at.path, text, this.#surroundings(at.project)).map(({ start, end, file, at: target, tooltip }) => {
      const { line } = new LineTable(textOf(at.project, file) ?? '').position(target);
      return {
        range: rangeIn(text, { file: at.path, start, end }),
        target: `${this.#uriOf(at.project, file)}#L${line}`,
        tooltip,
      };
    });
  }

  #hints(uri: string, from: number, to: number): InlayHint[] {
    const at = this.#at(uri);
    const text = at === undefined ? undefined : textOf(at.project, at.path);
    if (at === undefined || text === undefined || !this.#editor.inlayHints) return [];
    const hints: InlayHint[] = [];
    for (const { location, variants } of this.#reports(at.project, at.path).flatMap(({ findings }) => findings)) {
      const line = location.line - 1;
      if (location.file !== at.path || variants.length < 2 || line < from || line > to) continue;
      const names = environmentNames(variants.map(({ when }) => when));
      const shown = names.slice(0, 3).join(' ≠ ');
      hints.push({
        position: { line, character: new LineTable(text).line(location.line).length },
        label: `${shown}${names.length > 3 ? ' ≠ …' : ''}`,
        paddingLeft: true,
        tooltip: { kind: MarkupKind.Markdown, value: variantsMarkdown(variants) },
      });
    }
    return hints;
  }

  #workspaceEdit(project: Project, edits: ReadonlyMap<string, readonly TextEdit[]>): WorkspaceEdit {
    const list = [...edits].map(([file, changes]) => ({ uri: this.#uriOf(project, file), changes: [...changes] }));
    if (this.#capabilities.workspace?.workspaceEdit?.documentChanges !== true)
      return { changes: Object.fromEntries(list.map(({ uri, changes }) => [uri, changes])) };
    return {
      documentChanges: list.map(
        ({ uri, changes }): TextDocumentEdit => ({
          textDocument: { uri, version: this.#documents.get(uri)?.version ?? null },
          edits: changes,
        }),
      ),
    };
  }
}

/** Lets what has come in be read. */
function nextTurn(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}

function pathOfUri(uri: string): string | undefined {
  if (!/^file:/i.test(uri)) return undefined;
  try {
    const path = fileURLToPath(uri);
    return isAbsolute(path) ? path.replace(/(?<=.)[\\/]$/, '') : undefined;
  } catch {
    // A host name, or an escape that is no text.
    return undefined;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function repositoryOf(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return undefined;
  }
}

function textOf(project: Project, path: string): string | undefined {
  const read = project.store.recorded().files.read(path);
  return read?.kind === 'text' ? read.text : undefined;
}

function offsetAt(text: string, position: Position): number {
  return TextDocument.create('', '', 0, text).offsetAt(position);
}

function rangeIn(text: string, { start, end }: Place) {
  const table = new LineTable(text);
  const [from, to] = [table.position(start), table.position(end)];
  return rangeOf({ file: '', line: from.line, column: from.column, endLine: to.line, endColumn: to.column });
}

function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic]));
  return [...seen.values()];
}

/** FNV-1a over what is told: equal ids are equal reports, as far as 53 bits can say. */
function hashOf(items: readonly Diagnostic[]): string {
  const text = JSON.stringify(items);
  let a = 0x811c9dc5;
  let b = 0x1000193;
  for (let i = 0; i < text.length; i += 1) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
    b = Math.imul(b + text.charCodeAt(i), 0x85ebca6b) ^ (b >>> 13);
  }
  return `${items.length}-${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`;
}
