/*
 * A stand-in for the module `vscode`, which an editor hands to its extensions: as much of it as vscode-languageclient asks
 * for. What is not named here is an event that never comes, a registration that is kept, or an empty class.
 */
import { fileURLToPath, pathToFileURL } from 'node:url';

type Listener = (event: unknown) => unknown;

class Disposable {
  readonly dispose: () => void;
  constructor(dispose: () => void = () => {}) {
    this.dispose = dispose;
  }
  static from(...all: { dispose(): void }[]): Disposable {
    return new Disposable(() => {
      for (const one of all) one.dispose();
    });
  }
}

class EventEmitter {
  readonly #listeners = new Set<Listener>();
  readonly event = (listener: Listener, self?: unknown): Disposable => {
    const bound = listener.bind(self);
    this.#listeners.add(bound);
    return new Disposable(() => this.#listeners.delete(bound));
  };
  async fire(event: unknown): Promise<void> {
    await Promise.all([...this.#listeners].map((listener) => listener(event)));
  }
  dispose(): void {
    this.#listeners.clear();
  }
}

class Uri {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  static parse(text: string): Uri {
    return new Uri(text);
  }
  static file(path: string): Uri {
    return new Uri(pathToFileURL(path).href);
  }
  get scheme(): string {
    return this.#text.slice(0, this.#text.indexOf(':'));
  }
  get fsPath(): string {
    return this.scheme === 'file' ? fileURLToPath(this.#text.replace(/#.*/, '')) : '';
  }
  toString(): string {
    return this.#text;
  }
}

class Position {
  readonly line: number;
  readonly character: number;
  constructor(line: number, character: number) {
    this.line = line;
    this.character = character;
  }
}

class CodeActionKind {
  static readonly Empty = new CodeActionKind('');
  static readonly QuickFix = new CodeActionKind('quickfix');
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
  append(part: string): CodeActionKind {
    return new CodeActionKind(this.value === '' ? part : `${this.value}.${part}`);
  }
}

class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(...at: [Position, Position] | [number, number, number, number]) {
    if (at.length === 2) [this.start, this.end] = at;
    else [this.start, this.end] = [new Position(at[0], at[1]), new Position(at[2], at[3])];
  }
}

/** A class whose constructor keeps its arguments under these names. */
function record(...names: string[]) {
  return class {
    constructor(...values: unknown[]) {
      Object.assign(this, Object.fromEntries(names.map((name, i) => [name, values[i]])));
    }
  };
}

class CancellationTokenSource {
  readonly token = { isCancellationRequested: false, onCancellationRequested: new EventEmitter().event };
  cancel(): void {}
  dispose(): void {}
}

class WorkspaceEdit {
  readonly edits = new Map<string, unknown[]>();
  set(uri: Uri, edits: unknown[]): void {
    this.edits.set(uri.toString(), [...(this.edits.get(uri.toString()) ?? []), ...edits]);
  }
}

/** A namespace whose other members are events that never come and registrations that are kept. */
function namespace(own: object, registered: Map<string, unknown>): object {
  return new Proxy(own, {
    get(target, name) {
      if (Reflect.has(target, name)) return Reflect.get(target, name);
      return (...given: unknown[]) => {
        registered.set(String(name), given[given.length - 1]);
        return new Disposable();
      };
    },
  });
}

/** A document of the editor. */
export interface EditorDocument {
  readonly uri: Uri;
  readonly languageId: string;
  readonly version: number;
  getText(): string;
}

/** An editor with what extensions told it. */
export class StandInEditor {
  readonly #opened = new EventEmitter();
  readonly #changed = new EventEmitter();
  readonly #configured = new EventEmitter();
  readonly #documents: EditorDocument[] = [];
  /** Providers and other registrations, by the function that was called. */
  readonly registered = new Map<string, unknown>();
  /** Diagnostics by URI. */
  readonly diagnostics = new Map<string, readonly unknown[]>();
  readonly commands = new Map<string, (...given: unknown[]) => unknown>();
  readonly errors: string[] = [];
  readonly settings = new Map<string, unknown>();
  readonly module: object;

  constructor(folder: string) {
    const uri = Uri.file(folder);
    const workspaceFolders = [{ uri, name: 'project', index: 0 }];
    const documents = this.#documents;
    const workspace = {
      isTrusted: true,
      workspaceFolders,
      textDocuments: documents,
      notebookDocuments: [],
      getConfiguration: (section = '') => ({
        get: (name: string, otherwise?: unknown) =>
          this.#setting(section === '' ? name : `${section}.${name}`) ?? otherwise,
        has: () => false,
      }),
      getWorkspaceFolder: () => workspaceFolders[0],
      onDidOpenTextDocument: this.#opened.event,
      onDidChangeTextDocument: this.#changed.event,
      onDidChangeConfiguration: this.#configured.event,
      createFileSystemWatcher: () => {
        const { event } = new EventEmitter();
        return { onDidCreate: event, onDidChange: event, onDidDelete: event, dispose() {} };
      },
    };
    const languages = {
      match: (selector: { language?: string }[], document: EditorDocument) =>
        selector.some(({ language }) => language === document.languageId) ? 10 : 0,
      createDiagnosticCollection: () => ({
        set: (at: Uri, list: readonly unknown[] = []) => void this.diagnostics.set(at.toString(), list),
        delete: (at: Uri) => void this.diagnostics.delete(at.toString()),
        has: (at: Uri) => this.diagnostics.has(at.toString()),
        clear: () => this.diagnostics.clear(),
        dispose() {},
      }),
    };
    const { event } = new EventEmitter();
    const channel = namespace({ logLevel: 3, onDidChangeLogLevel: event }, new Map());
    const window = {
      visibleTextEditors: [],
      activeTextEditor: undefined,
      tabGroups: { all: [], onDidChangeTabGroups: event, onDidChangeTabs: event },
      createOutputChannel: () => channel,
      showErrorMessage: async (message: string) => void this.errors.push(message),
    };
    const commands = {
      registerCommand: (name: string, run: (...given: unknown[]) => unknown) => {
        this.commands.set(name, run);
        return new Disposable(() => this.commands.delete(name));
      },
    };
    const known = {
      version: '1.106.0',
      Disposable,
      EventEmitter,
      Uri,
      Position,
      Range,
      CancellationTokenSource,
      CancellationError: class extends Error {},
      WorkspaceEdit,
      CodeActionKind,
      Diagnostic: record('range', 'message', 'severity'),
      DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
      DiagnosticRelatedInformation: record('location', 'message'),
      Location: record('uri', 'range'),
      Hover: record('contents', 'range'),
      MarkdownString: record('value'),
      CodeAction: record('title', 'kind'),
      TextEdit: record('range', 'newText'),
      InlayHint: record('position', 'label', 'kind'),
      DocumentLink: record('range', 'target'),
      env: { language: 'en', appName: 'a stand-in' },
      commands: namespace(commands, this.registered),
      languages: namespace(languages, this.registered),
      window: namespace(window, this.registered),
      workspace: namespace(workspace, this.registered),
    };
    const others = new Map<string | symbol, unknown>();
    this.module = new Proxy(known, {
      get(target, name) {
        if (Reflect.has(target, name)) return Reflect.get(target, name);
        if (!others.has(name)) others.set(name, class {});
        return others.get(name);
      },
    });
  }

  /** A setting, or those below a name together. */
  #setting(name: string): unknown {
    const below = [...this.settings].filter(([one]) => one.startsWith(`${name}.`));
    if (below.length === 0) return this.settings.get(name);
    return Object.fromEntries(below.map(([one, value]) => [one.slice(name.length + 1), value]));
  }

  /** Opens a document that has not been saved. */
  async open(uri: string, languageId: string, text: string): Promise<void> {
    this.#documents.push({ uri: Uri.parse(uri), languageId, version: 1, getText: () => text });
    await this.#opened.fire(this.#documents.at(-1));
  }

  /** Puts another text in the place of a document's. */
  async change(uri: string, text: string): Promise<void> {
    const at = this.#documents.findIndex((one) => one.uri.toString() === uri);
    const old = this.#documents[at];
    if (old === undefined) throw new Error(`${uri} is not open`);
    const document = { ...old, version: old.version + 1, getText: () => text };
    this.#documents[at] = document;
    const lines = old.getText().split('\n');
    const range = new Range(0, 0, lines.length - 1, lines.at(-1)?.length ?? 0);
    await this.#changed.fire({ document, contentChanges: [{ range, text, rangeLength: old.getText().length }] });
  }

  /** Changes a setting, by its whole name. */
  async configure(name: string, value: unknown): Promise<void> {
    this.settings.set(name, value);
    await this.#configured.fire({ affectsConfiguration: (asked: string) => `${name}.`.startsWith(`${asked}.`) });
  }

  document(uri: string): EditorDocument | undefined {
    return this.#documents.find((one) => one.uri.toString() === uri);
  }

  position(line: number, character: number): Position {
    return new Position(line, character);
  }
}
