import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { folderWith } from '../folder.js';
import { buildServer } from './process.js';

const example = fileURLToPath(new URL('../../../examples/editors/vscode', import.meta.url));

/** The files of a zip archive, by its central directory. */
function unzip(bytes: Buffer): ReadonlyMap<string, string> {
  const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  const files = new Map<string, string>();
  let at = bytes.readUInt32LE(end + 16);
  for (let i = 0; i < bytes.readUInt16LE(end + 10); i += 1) {
    const [packed, length] = [bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28)];
    const name = bytes.toString('utf8', at + 46, at + 46 + length);
    const local = bytes.readUInt32LE(at + 42);
    expect(bytes.toString('latin1', local, local + 4)).toBe('PK\x03\x04');
    const from = local + 30 + bytes.readUInt16LE(local + 26);
    const data = inflateRawSync(bytes.subarray(from, from + packed));
    expect(data.length).toBe(bytes.readUInt32LE(at + 24));
    files.set(name, data.toString());
    at += 46 + length;
  }
  return files;
}

/** The extension with packages that stand for the editor's. */
function extensionIn(client: string): string {
  const folder = folderWith({
    'node_modules/vscode-languageclient/package.json': '{ "dependencies": { "inner": "1" } }',
    'node_modules/vscode-languageclient/node.js': client,
    'node_modules/vscode-languageclient/node.d.ts': '',
    'node_modules/vscode-languageclient/node_modules/inner/package.json': '{}',
    'node_modules/other/package.json': '{}',
  });
  cpSync(example, folder, { recursive: true });
  return folder;
}

describe('the extension for VS Code', () => {
  it('packs without the network: its manifest, its code, and the packages that it needs', () => {
    const folder = extensionIn('');
    const run = (name: string) => spawnSync(process.execPath, ['pack.mjs', name], { cwd: folder, encoding: 'utf8' });
    expect(run('a.vsix')).toMatchObject({ status: 0, stderr: '' });
    const files = unzip(readFileSync(join(folder, 'a.vsix')));
    expect([...files.keys()]).toEqual([
      'extension.vsixmanifest',
      '[Content_Types].xml',
      'extension/package.json',
      'extension/extension.js',
      'extension/README.md',
      'extension/node_modules/vscode-languageclient/node.js',
      'extension/node_modules/vscode-languageclient/package.json',
      'extension/node_modules/vscode-languageclient/node_modules/inner/package.json',
    ]);
    const manifest = JSON.parse(files.get('extension/package.json') ?? '');
    expect(files.get('extension/extension.js')).toBe(readFileSync(join(example, 'extension.js'), 'utf8'));
    expect(files.has(`extension/${manifest.main.replace('./', '')}`)).toBe(true);
    expect(files.get('extension.vsixmanifest')).toContain(`Id="${manifest.name}" Version="${manifest.version}"`);
    for (const extension of ['.js', '.json', '.md', '.vsixmanifest'])
      expect(files.get('[Content_Types].xml')).toContain(`Extension="${extension}"`);
    run('b.vsix');
    expect(readFileSync(join(folder, 'b.vsix'))).toEqual(readFileSync(join(folder, 'a.vsix')));
  });

  it('says what to do when its packages are not installed', () => {
    const folder = folderWith({});
    cpSync(example, folder, { recursive: true, filter: (path) => !path.includes('node_modules') });
    const { status, stderr } = spawnSync(process.execPath, ['pack.mjs'], { cwd: folder, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('run npm install --omit=dev');
  });

  it('starts the command of the settings, else the one of a trusted workspace, else the one on the PATH', async () => {
    const folder = extensionIn(`
      exports.LanguageClient = class {
        constructor(id, name, server) { this.server = server; }
        async start() { globalThis.envariantStarted.push(this.server); }
        async stop() {}
      };`);
    const vscode = join(folder, 'node_modules/vscode');
    mkdirSync(vscode, { recursive: true });
    const workspace = folderWith({ 'node_modules/.bin/envariant': '' });
    const state = { command: '', trusted: true };
    const started: { command: string; args: string[] }[] = [];
    const require = createRequire(join(folder, 'extension.js'));
    Object.assign(globalThis, { envariantStarted: started });
    writeFileSync(join(vscode, 'index.js'), 'module.exports = globalThis.envariantEditor;');
    Object.assign(globalThis, {
      envariantEditor: {
        commands: { registerCommand: () => ({}) },
        window: {},
        workspace: {
          getConfiguration: () => ({ get: () => state.command }),
          get isTrusted() {
            return state.trusted;
          },
          workspaceFolders: [{ uri: { scheme: 'file', fsPath: workspace } }],
          onDidChangeConfiguration: () => ({}),
        },
      },
    });
    const extension: {
      activate(context: object): Promise<void>;
      deactivate(): Promise<void>;
    } = require('./extension.js');
    for (const next of [{}, { trusted: false }, { command: ' /opt/envariant ' }]) {
      Object.assign(state, next);
      await extension.activate({ subscriptions: [] });
      await extension.deactivate();
    }
    expect(started.map(({ command }) => command)).toEqual([
      join(workspace, 'node_modules/.bin/envariant'),
      'envariant',
      '/opt/envariant',
    ]);
    expect(started[0]?.args).toEqual(['lsp', '--stdio']);
  });

  it('connects the editor with the real server, starts it anew for another command, and ends it', async () => {
    const bin = await buildServer(folderWith({}));
    const protocol = createRequire(import.meta.url).resolve('vscode-languageserver/node');
    // What the package vscode-languageclient does, as far as the extension uses it.
    const folder = extensionIn(`
      const { spawn } = require('node:child_process');
      const { createProtocolConnection, StreamMessageReader, StreamMessageWriter } = require(${JSON.stringify(protocol)});
      exports.LanguageClient = class {
        constructor(id, name, server, options) { Object.assign(this, { server, options }); }
        async start() {
          this.child = spawn(this.server.command, this.server.args, { ...this.server.options, stdio: ['pipe', 'pipe', 'inherit'] });
          await new Promise((done, failed) => this.child.once('spawn', done).once('error', failed));
          this.ended = new Promise((done) => this.child.once('close', done));
          this.connection = createProtocolConnection(new StreamMessageReader(this.child.stdout), new StreamMessageWriter(this.child.stdin));
          this.connection.listen();
          await this.connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: { textDocument: { diagnostic: {} } } });
          await this.connection.sendNotification('initialized', {});
          globalThis.envariantClients.push(this);
        }
        async stop() {
          await this.connection.sendRequest('shutdown');
          await this.connection.sendNotification('exit');
          this.status = await this.ended;
          this.connection.dispose();
        }
      };`);
    const state = { command: join(bin, 'envariant') };
    const clients: Client[] = [];
    const shown: string[] = [];
    // What the extension asked the editor to be told of.
    const asked = { changed: async (_: object): Promise<void> => {}, restart: async (): Promise<void> => {} };
    mkdirSync(join(folder, 'node_modules/vscode'), { recursive: true });
    writeFileSync(join(folder, 'node_modules/vscode/index.js'), 'module.exports = globalThis.envariantEditor;');
    Object.assign(globalThis, {
      envariantClients: clients,
      envariantEditor: {
        commands: { registerCommand: (_: string, run: () => Promise<void>) => Object.assign(asked, { restart: run }) },
        window: { showErrorMessage: (message: string) => void shown.push(message) },
        workspace: {
          getConfiguration: () => ({ get: () => state.command }),
          isTrusted: true,
          workspaceFolders: undefined,
          onDidChangeConfiguration: (run: (change: object) => Promise<void>) => Object.assign(asked, { changed: run }),
        },
      },
    });
    const require = createRequire(join(folder, 'extension.js'));
    const extension: Extension = require('./extension.js');
    const subscriptions: object[] = [];
    await extension.activate({ subscriptions });
    expect(subscriptions).toHaveLength(2);
    const cwd = folderWith({ Dockerfile: 'FROM golang:1.22\n' });
    const uri = pathToFileURL(join(cwd, 'Dockerfile')).href;
    const text = 'FROM golang:1.22\nARG ENV\nRUN go build $([ "$ENV" = local ] && echo -race) -o /app .\n';
    await clients[0]?.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'dockerfile', version: 1, text },
    });
    expect(
      await clients[0]?.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } }),
    ).toMatchObject({
      items: [{ code: 'conditional-build-flags' }],
    });
    const selected = clients[0]?.options.documentSelector ?? [];
    expect(selected).toContainEqual({ scheme: 'file', language: 'dockerfile' });
    // Another setting is no reason to start again.
    await asked.changed({ affectsConfiguration: (name: string) => name === 'envariant.inlayHints' });
    expect(clients).toHaveLength(1);
    await asked.changed({ affectsConfiguration: () => true });
    await asked.restart();
    expect(clients.map(({ status }) => status)).toEqual([0, 0, undefined]);
    state.command = '/no/such/envariant';
    await asked.restart();
    expect(clients.map(({ status }) => status)).toEqual([0, 0, 0]);
    expect(shown).toEqual([expect.stringContaining('Envariant does not start (/no/such/envariant)')]);
    await extension.deactivate();
  });
});

interface Extension {
  activate(context: { subscriptions: object[] }): Promise<void>;
  deactivate(): Promise<void>;
}

interface Client {
  readonly options: { readonly documentSelector: readonly object[] };
  readonly status: number | undefined;
  readonly connection: {
    sendRequest(method: string, params: object): Promise<unknown>;
    sendNotification(method: string, params: object): Promise<void>;
  };
}
