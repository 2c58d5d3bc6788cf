/*
 * Which diagnostics a client has. One that pulls is told to pull again when a linked file changes what it has; to all others
 * they are pushed, and nothing twice.
 */
import {
  type CancellationToken,
  type ClientCapabilities,
  type Connection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver';
import { diagnosticsOf } from './convert.js';
import type { Project } from './project.js';
import { settingsDiagnostic } from './settings.js';
import { uriOfPath } from './uri.js';
import type { FileAt, Workspace } from './workspace.js';

type ByUri = ReadonlyMap<string, readonly Diagnostic[]>;

/** What diagnostics are told with. */
export interface DiagnosticsContext {
  readonly connection: Connection;
  readonly workspace: Workspace;
  readonly capabilities: ClientCapabilities;
  /** The version of an open document. */
  versionOf(uri: string): number | undefined;
  /** Lets what has come in be read; throws when the request was taken back. */
  turn(token: CancellationToken): Promise<void>;
}

/** The diagnostics of one client. */
export class DiagnosticsTeller {
  readonly #context: DiagnosticsContext;
  /** What was pushed, by URI, so that nothing is pushed twice. */
  readonly #pushed = new Map<string, string>();
  /** What the client could have pulled when it was last told to. */
  #pulled = '';

  constructor(context: DiagnosticsContext) {
    this.#context = context;
  }

  /** Tells the client what is new. */
  refresh(): void {
    if (this.#context.capabilities.textDocument?.diagnostic === undefined) this.#push();
    else this.#tellToPull();
  }

  #push(): void {
    const { connection, versionOf } = this.#context;
    const shown = this.#shown();
    for (const uri of [...this.#pushed.keys()])
      if (!shown.has(uri)) {
        this.#pushed.delete(uri);
        void connection.sendDiagnostics({ uri, diagnostics: [] });
      }
    for (const [uri, diagnostics] of shown) {
      const version = versionOf(uri);
      const key = JSON.stringify([version, diagnostics]);
      if (this.#pushed.get(uri) === key) continue;
      // Nothing about a file that nobody has opened, and nothing before, is no news.
      if (version === undefined && diagnostics.length === 0 && !this.#pushed.has(uri)) continue;
      this.#pushed.set(uri, key);
      void connection.sendDiagnostics({
        uri,
        diagnostics: [...diagnostics],
        ...(version === undefined ? {} : { version }),
      });
    }
  }

  #tellToPull(): void {
    const { connection, capabilities } = this.#context;
    if (capabilities.workspace?.diagnostics?.refreshSupport !== true) return;
    const key = JSON.stringify([...this.#shown()]);
    if (key === this.#pulled) return;
    this.#pulled = key;
    connection.languages.diagnostics.refresh();
  }

  /** Answers a client that pulls those of one file. */
  pull(uri: string, at: FileAt | undefined, previous: string | undefined): DocumentDiagnosticReport {
    const byUri = new Map<string, readonly Diagnostic[]>();
    if (at !== undefined) {
      at.project.followOpen();
      for (const component of at.project.componentsOf(at.path)) this.#add(byUri, at.project, component);
    }
    // The client may have another name for what is open.
    const own = at === undefined ? uri : this.#context.workspace.uriOf(at.project, at.path);
    const items = [...(byUri.get(own) ?? []), ...(this.#ofSettings().get(own) ?? [])];
    const resultId = hashOf(items);
    if (resultId === previous) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
    const full = { kind: DocumentDiagnosticReportKind.Full, resultId, items } as const;
    if (this.#context.capabilities.textDocument?.diagnostic?.relatedDocumentSupport !== true) return full;
    byUri.delete(own);
    return {
      ...full,
      relatedDocuments: Object.fromEntries(
        [...byUri].map(([other, list]) => [
          other,
          { kind: DocumentDiagnosticReportKind.Full, resultId: hashOf(list), items: [...list] },
        ]),
      ),
    };
  }

  /** Answers a client that pulls those of every build file. */
  async pullAll(
    previous: ReadonlyMap<string, string>,
    token: CancellationToken,
  ): Promise<WorkspaceDocumentDiagnosticReport[]> {
    const { workspace, turn, versionOf } = this.#context;
    const byUri = new Map(this.#ofSettings());
    for (const project of workspace.projects) {
      for (const _ of project.survey()) await turn(token);
      for (const path of project.paths) {
        await turn(token);
        this.#add(byUri, project, project.componentOf(path));
      }
    }
    return [...byUri].map(([uri, list]) => {
      const version = versionOf(uri) ?? null;
      const resultId = hashOf(list);
      return previous.get(uri) === resultId
        ? { kind: DocumentDiagnosticReportKind.Unchanged, uri, version, resultId }
        : { kind: DocumentDiagnosticReportKind.Full, uri, version, resultId, items: [...list] };
    });
  }

  /** The diagnostics of what is open, of what it is linked with, and of settings. */
  #shown(): ByUri {
    const shown = new Map(this.#ofSettings());
    for (const project of this.#context.workspace.projects) {
      project.followOpen();
      const components = new Map<string, readonly string[]>();
      for (const path of project.store.openPaths)
        for (const component of project.componentsOf(path)) components.set(component.join('\0'), component);
      for (const component of components.values()) this.#add(shown, project, component);
    }
    return shown;
  }

  #add(into: Map<string, readonly Diagnostic[]>, project: Project, component: readonly string[]): void {
    const { workspace, capabilities } = this.#context;
    const related = capabilities.textDocument?.publishDiagnostics?.relatedInformation !== false;
    const uriOf = (file: string): string => workspace.uriOf(project, file);
    for (const [file, list] of diagnosticsOf(project.lint(component), component, uriOf, related)) {
      const uri = uriOf(file);
      const known = into.get(uri);
      into.set(uri, known === undefined ? list : distinct([...known, ...list]));
    }
  }

  #ofSettings(): ByUri {
    const { workspace } = this.#context;
    const found = new Map<string, readonly Diagnostic[]>();
    for (const [project, fault] of workspace.faults) {
      const path = project.pathOf(fault.file);
      // Settings may stand above the folder that they are for.
      const uri = path.startsWith('..') ? uriOfPath(fault.file) : workspace.uriOf(project, path);
      found.set(uri, distinct([...(found.get(uri) ?? []), settingsDiagnostic(fault)]));
    }
    return found;
  }
}

function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic])).values()];
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
