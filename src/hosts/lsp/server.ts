/*
 * The language server: what a client may ask, and when it is told something. `Workspace` has its folders, `DiagnosticsTeller`
 * what it has of diagnostics, `answers.ts` what stands somewhere, and `Project` knows of builds.
 *
 * Evaluation is synchronous and short; between two pieces of it the server turns to what has come in, so that a newer text or
 * a cancellation is noticed.
 */
import {
  type CancellationToken,
  type ClientCapabilities,
  CodeActionKind,
  type CodeActionParams,
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  MessageType,
  PositionEncodingKind,
  ResponseError,
  ShowMessageNotification,
  type TextDocumentEdit,
  TextDocumentSyncKind,
  TextDocuments,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { version } from '../cli/version.js';
import { actionsFor, fixAllKind, openPage } from './actions.js';
import { type Asked, documentLinks, hintsIn, hoverAt, placesFrom, reportsOn, textOf } from './answers.js';
import { DiagnosticsTeller } from './diagnostics.js';
import { definitionsAt, referencesAt } from './navigate.js';
import type { LanguageCore, Project } from './project.js';
import type { LoadFolderSettings } from './settings.js';
import { Workspace } from './workspace.js';

/** What a server is started with. */
export interface ServerOptions {
  /** Loads the settings of a folder; without it, there are none. */
  readonly loadChoices?: LoadFolderSettings;
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
  readonly #delay: number;
  readonly #documents = new TextDocuments(TextDocument);
  readonly #workspace: Workspace;
  #diagnostics: DiagnosticsTeller;
  #capabilities: ClientCapabilities = {};
  #editor: EditorSettings = { inlayHints: true };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #surveying = false;
  #isShutDown = false;
  /** Until settings are loaded: who asks for diagnostics waits for them. */
  #settled: Promise<void> = Promise.resolve();

  constructor(connection: Connection, core: LanguageCore, options: ServerOptions) {
    this.#connection = connection;
    this.#core = core;
    this.#delay = options.delay ?? DELAY;
    const events = { warn: (message: string) => this.#warn(message), changed: () => this.#schedule() };
    this.#workspace = new Workspace(core, events, options.loadChoices);
    this.#diagnostics = this.#newDiagnostics();
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
    connection.onDidChangeWatchedFiles(({ changes }) => {
      if (this.#workspace.filesChanged(changes)) void this.#reload();
      else this.#schedule();
    });
    this.#followDocuments();
    this.#answerQuestions();
    this.#documents.listen(connection);
    connection.listen();
  }

  #followDocuments(): void {
    const documents = this.#documents;
    const settle = (uri: string): void => {
      if (this.#workspace.isSettings(uri)) void this.#reload();
      else this.#schedule();
    };
    documents.onDidChangeContent(({ document }) => {
      this.#workspace.opened(document);
      settle(document.uri);
    });
    documents.onDidSave(({ document }) => {
      this.#workspace.saved(document);
      settle(document.uri);
    });
    documents.onDidClose(({ document }) => {
      const wereSettings = this.#workspace.isSettings(document.uri);
      this.#workspace.closed(document);
      if (wereSettings) void this.#reload();
      else this.#schedule();
    });
  }

  #answerQuestions(): void {
    const connection = this.#connection;
    const core = this.#core;
    connection.languages.diagnostics.on(({ textDocument: { uri }, previousResultId }, token) =>
      this.#answer(token, async () => {
        await this.#settled;
        return this.#diagnostics.pull(uri, this.#workspace.at(uri), previousResultId);
      }),
    );
    connection.languages.diagnostics.onWorkspace(async ({ previousResultIds }, token) => ({
      items: await this.#diagnostics.pullAll(new Map(previousResultIds.map(({ uri, value }) => [uri, value])), token),
    }));
    connection.onHover(({ textDocument, position }, token) =>
      this.#ask(token, textDocument.uri, null, (asked) => hoverAt(core, asked, position)),
    );
    connection.onDefinition(({ textDocument, position }, token) =>
      this.#ask(token, textDocument.uri, [], (asked) =>
        placesFrom(core, asked, position, definitionsAt, this.#uriIn(asked.project)),
      ),
    );
    connection.onReferences(({ textDocument, position }, token) =>
      this.#ask(token, textDocument.uri, [], (asked) =>
        placesFrom(core, asked, position, referencesAt, this.#uriIn(asked.project)),
      ),
    );
    connection.onDocumentLinks(({ textDocument }, token) =>
      this.#ask(token, textDocument.uri, [], (asked) => documentLinks(core, asked, this.#uriIn(asked.project))),
    );
    connection.languages.inlayHint.on(({ textDocument, range }, token) =>
      this.#ask(token, textDocument.uri, [], (asked) =>
        this.#editor.inlayHints ? hintsIn(asked, range.start.line, range.end.line) : [],
      ),
    );
    connection.onCodeAction((params, token) =>
      this.#ask(token, params.textDocument.uri, [], (asked) => this.#actions(asked, params)),
    );
    connection.onExecuteCommand(({ command, arguments: [address] = [] }) => {
      if (command !== openPage || typeof address !== 'string' || !/^https?:/.test(address)) return;
      if (this.#capabilities.window?.showDocument?.support === true)
        void connection.window.showDocument({ uri: address, external: true }).catch(() => {});
      else void connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message: address });
    });
  }

  // ---------------------------------------------------------------------------------------------- beginning and settings

  #initialize({ capabilities, workspaceFolders, rootUri, initializationOptions }: InitializeParams): InitializeResult {
    this.#capabilities = capabilities;
    this.#diagnostics = this.#newDiagnostics();
    this.#readEditorSettings(initializationOptions);
    const folders =
      workspaceFolders?.map(({ uri }) => uri) ?? (rootUri === null || rootUri === undefined ? [] : [rootUri]);
    for (const uri of folders) this.#workspace.addFolder(uri);
    return {
      serverInfo: { name: 'envariant', version },
      capabilities: {
        // The one that every client has; the documents' library counts in it.
        positionEncoding: PositionEncodingKind.UTF16,
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
        for (const { uri } of removed) this.#workspace.removeFolder(uri);
        for (const { uri } of added) this.#workspace.addFolder(uri);
        this.#workspace.reopen();
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
    await this.#reload();
    this.#workspace.discover();
    this.#schedule();
  }

  async #reload(): Promise<void> {
    this.#settled = this.#workspace.loadSettings().catch((error: unknown) => this.#log(error));
    await this.#settled;
    this.#schedule();
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

  // ---------------------------------------------------------------------------------------------- telling

  #newDiagnostics(): DiagnosticsTeller {
    return new DiagnosticsTeller({
      connection: this.#connection,
      workspace: this.#workspace,
      capabilities: this.#capabilities,
      versionOf: (uri) => this.#documents.get(uri)?.version,
      turn: (token) => this.#turn(token),
    });
  }

  #warn(message: string): void {
    void this.#connection.sendNotification(ShowMessageNotification.type, {
      type: MessageType.Warning,
      message: `Envariant: ${message}`,
    });
  }

  #log(error: unknown): void {
    this.#connection.console.error(String(error instanceof Error ? error.stack : error));
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (!this.#isShutDown) this.#timer = setTimeout(() => this.#refresh(), this.#delay);
  }

  /** Lints what is open and linked, tells the client, and goes on with what else there is to look at. */
  #refresh(): void {
    if (this.#isShutDown) return;
    try {
      this.#diagnostics.refresh();
    } catch (error) {
      this.#log(error);
    }
    if (!this.#surveying) void this.#survey();
  }

  /** Evaluates callers and lints files in the background, so that it is known what is linked with what. */
  async #survey(): Promise<void> {
    this.#surveying = true;
    try {
      for (const project of this.#workspace.projects) {
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
      this.#log(error);
    } finally {
      this.#surveying = false;
    }
  }

  // ---------------------------------------------------------------------------------------------- answering

  /** Answers a question after what came in before it was read; one that was taken back is not answered. */
  async #answer<T>(token: CancellationToken, answer: () => T | Promise<T>): Promise<T> {
    await this.#turn(token);
    return answer();
  }

  /** Answers a question about a file; `none` for what is no file or cannot be read. */
  #ask<T>(token: CancellationToken, uri: string, none: T, answer: (asked: Asked) => T): Promise<T> {
    return this.#answer(token, () => {
      const at = this.#workspace.at(uri);
      const text = at === undefined ? undefined : textOf(at.project, at.path);
      return at === undefined || text === undefined ? none : answer({ ...at, text });
    });
  }

  async #turn(token: CancellationToken): Promise<void> {
    await nextTurn();
    if (token.isCancellationRequested) throw new ResponseError<void>(LSPErrorCodes.RequestCancelled, 'cancelled');
  }

  #uriIn(project: Project): (path: string) => string {
    return (path) => this.#workspace.uriOf(project, path);
  }

  #actions(asked: Asked, { range, context }: CodeActionParams) {
    const { project, path, text } = asked;
    return [
      ...actionsFor(reportsOn(asked), {
        file: path,
        text,
        range,
        diagnostics: context.diagnostics,
        only: context.only,
        textOf: (file) => textOf(project, file),
        toEdit: (edits) => this.#workspaceEdit(this.#uriIn(project), edits),
      }),
    ];
  }

  #workspaceEdit(uriOf: (path: string) => string, edits: ReadonlyMap<string, readonly TextEdit[]>): WorkspaceEdit {
    const list = [...edits].map(([file, changes]) => ({ uri: uriOf(file), changes: [...changes] }));
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
