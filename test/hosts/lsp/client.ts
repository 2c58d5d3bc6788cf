import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { createConnection, type Diagnostic, ProposedFeatures, type WatchDog } from 'vscode-languageserver';
import {
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import type { LanguageCore } from '../../../src/hosts/lsp/project.js';
import { ResyncingReader } from '../../../src/hosts/lsp/reader.js';
import { type ServerOptions, serve } from '../../../src/hosts/lsp/server.js';
import { explainAt, linksOf, lint, outlineOf, recognise } from '../../../src/index.js';

/** The library as the server has it. */
export const core: LanguageCore = { lint, recognise, linksOf, outlineOf, explainAt };

/** A client with what it was told, and the bytes on the way to the server. */
export interface Session {
  readonly client: ProtocolConnection;
  readonly root: string;
  readonly toServer: PassThrough;
  /** What was pushed last, by path. */
  readonly pushed: Map<string, readonly Diagnostic[]>;
  readonly exits: number[];
  readonly refreshes: () => number;
  readonly messages: string[];
  uri(path: string): string;
  open(path: string, text: string, languageId?: string): void;
  change(path: string, version: number, text: string): void;
  write(path: string, text: string): void;
  /** Waits until something holds. */
  until(what: () => boolean, name: string): Promise<void>;
  initialize(capabilities?: object, options?: unknown): Promise<{ readonly capabilities: object }>;
}

/** Starts a server on a folder and a client that speaks to it. */
export function session(root: string, options: ServerOptions & { readonly core?: LanguageCore } = {}): Session {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const exits: number[] = [];
  const watchDog: WatchDog = { shutdownReceived: false, initialize() {}, exit: (code) => void exits.push(code) };
  const server = createConnection(
    (logger) => createProtocolConnection(new ResyncingReader(toServer), new StreamMessageWriter(toClient), logger),
    watchDog,
    ProposedFeatures.all,
  );
  serve(server, options.core ?? core, { delay: 0, ...options });
  const client = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  const uri = (path: string): string => pathToFileURL(join(root, path)).href;
  const pushed = new Map<string, readonly Diagnostic[]>();
  const messages: string[] = [];
  let refreshes = 0;
  client.onNotification('textDocument/publishDiagnostics', (params: { uri: string; diagnostics: Diagnostic[] }) => {
    pushed.set(decodeURIComponent(params.uri).slice(uri('').length + 1), params.diagnostics);
  });
  client.onNotification('window/showMessage', ({ message }: { message: string }) => void messages.push(message));
  client.onNotification('window/logMessage', ({ message }: { message: string }) => void messages.push(message));
  client.onRequest('workspace/diagnostic/refresh', () => {
    refreshes += 1;
    return null;
  });
  client.onRequest('client/registerCapability', () => null);
  client.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => null));
  client.onError(() => {});
  client.listen();
  onTestFinished(async () => {
    await client.sendRequest('shutdown').catch(() => {});
    client.dispose();
    server.dispose();
  });
  return {
    client,
    root,
    toServer,
    pushed,
    exits,
    messages,
    refreshes: () => refreshes,
    uri,
    open(path, text, languageId = 'dockerfile') {
      void client.sendNotification('textDocument/didOpen', {
        textDocument: { uri: uri(path), languageId, version: 1, text },
      });
    },
    change(path, version, text) {
      void client.sendNotification('textDocument/didChange', {
        textDocument: { uri: uri(path), version },
        contentChanges: [{ text }],
      });
    },
    write(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    async until(what, name) {
      if (await becomes(what)) return;
      throw new Error(`it never came to this: ${name}; pushed: ${JSON.stringify([...pushed])}; ${messages.join('\n')}`);
    },
    async initialize(capabilities = {}, initializationOptions = undefined) {
      const result: { capabilities: object } = await client.sendRequest('initialize', {
        processId: null,
        rootUri: null,
        workspaceFolders: [{ uri: pathToFileURL(root).href, name: 'test' }],
        capabilities,
        initializationOptions,
      });
      await client.sendNotification('initialized', {});
      return result;
    },
  };
}

/** Waits until something holds, for minutes, as the machine may have much else to do; false when it never does. */
export async function becomes(what: () => boolean | Promise<boolean>): Promise<boolean> {
  const end = Date.now() + 180_000;
  while (!(await what())) {
    if (Date.now() > end) return false;
    await new Promise((done) => setTimeout(done, 5));
  }
  return true;
}

/** Waits until a list has not grown for a while. */
export async function quiet(list: readonly unknown[]): Promise<void> {
  let [length, still] = [list.length, 0];
  await becomes(() => {
    still = list.length === length ? still + 1 : 0;
    length = list.length;
    return still > 20;
  });
}

/** The offset of a text's first occurrence as a position of the protocol. */
export function positionOf(text: string, part: string, inside = 0): { line: number; character: number } {
  const at = text.indexOf(part) + inside;
  const before = text.slice(0, at).split('\n');
  return { line: before.length - 1, character: before[before.length - 1]?.length ?? 0 };
}
