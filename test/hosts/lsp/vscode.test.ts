import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { folderWith } from '../folder.js';
import { becomes } from './client.js';
import { buildServer } from './process.js';
import { StandInEditor } from './vscode-stand-in.js';

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

  it('as it is packed, connects an editor with the real server by the real client, starts it anew, and ends it', async () => {
    const bin = await buildServer(folderWith({}));
    // Packed with the packages that `npm install` brings, and unpacked as an editor does it.
    const source = folderWith({});
    cpSync(example, source, { recursive: true, filter: (path) => !path.includes('node_modules') });
    install('vscode-languageclient', new URL(import.meta.url), source);
    const packed = spawnSync(process.execPath, ['pack.mjs', 'it.vsix'], { cwd: source, encoding: 'utf8' });
    expect(packed).toMatchObject({ status: 0, stderr: '' });
    const archive = unzip(readFileSync(join(source, 'it.vsix')));
    const folder = folderWith(Object.fromEntries(archive));
    mkdirSync(join(folder, 'node_modules/vscode'), { recursive: true });
    writeFileSync(join(folder, 'node_modules/vscode/index.js'), 'module.exports = globalThis.envariantEditor;');

    const cwd = folderWith({
      '.git/HEAD': '',
      'compose.yaml': 'services:\n  app:\n    build:\n      context: .\n      args:\n        ENV: local\n',
    });
    const editor = new StandInEditor(cwd);
    editor.settings.set('envariant.command', join(bin, 'envariant'));
    Object.assign(globalThis, { envariantEditor: editor.module });
    const extension: Extension = createRequire(join(folder, 'extension/extension.js'))('./extension.js');
    const subscriptions: object[] = [];
    await extension.activate({ subscriptions });
    expect([subscriptions.length, editor.errors]).toEqual([2, []]);

    const uri = pathToFileURL(join(cwd, 'Dockerfile')).href;
    const text = 'FROM golang:1.22\nARG ENV\nRUN go build $([ "$ENV" = local ] && echo -race) -o /app .\n';
    const codes = () => JSON.stringify(editor.diagnostics.get(uri) ?? []);
    await editor.open(uri, 'dockerfile', text);
    await until(() => codes().includes('conditional-build-flags'), 'the finding');
    await editor.change(uri, text.replace(/\$\(.*\) /, ''));
    await until(() => codes() === '[]', 'none');
    await editor.change(uri, text);
    await until(() => codes().includes('conditional-build-flags'), 'it again');

    const ask = async (provider: string, method: string, ...given: unknown[]): Promise<string> => {
      const object = editor.registered.get(`register${provider}Provider`);
      if (typeof object !== 'object' || object === null) throw new Error(`there is no provider ${provider}`);
      return JSON.stringify(await Reflect.get(object, method).call(object, editor.document(uri), ...given));
    };
    const token = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose() {} }) };
    expect(await ask('Hover', 'provideHover', editor.position(1, 5), token)).toContain('`local`');
    expect(await ask('Definition', 'provideDefinition', editor.position(1, 5), token)).toContain('"line":5');
    const all = { start: editor.position(0, 0), end: editor.position(3, 0) };
    expect(await ask('InlayHints', 'provideInlayHints', all, token)).toContain('≠');
    expect(await ask('DocumentLink', 'provideDocumentLinks', token)).toContain('built by');

    // Another setting is no reason to start again, but the server has it.
    await editor.configure('envariant.inlayHints', false);
    await until(async () => (await ask('InlayHints', 'provideInlayHints', all, token)) === '[]', 'no hints');
    await editor.commands.get('envariant.restart')?.();
    await until(() => codes().includes('conditional-build-flags'), 'the finding of another server');
    await editor.configure('envariant.command', '/no/such/envariant');
    expect(editor.errors).toContainEqual(expect.stringContaining('Envariant does not start (/no/such/envariant)'));
    await extension.deactivate();
  });
});

/** Copies a package and what it depends on into the node_modules of a folder. */
function install(name: string, from: URL, into: string): void {
  const require = createRequire(from);
  const found = (require.resolve.paths(name) ?? []).map((one) => join(one, name)).find((one) => existsSync(one));
  if (found === undefined) throw new Error(`${name} is not installed`);
  const folder = join(into, 'node_modules', name);
  cpSync(found, folder, { recursive: true, filter: (path) => !path.slice(found.length).includes('node_modules') });
  const { dependencies = {} } = JSON.parse(readFileSync(join(found, 'package.json'), 'utf8'));
  for (const inner of Object.keys(dependencies)) install(inner, pathToFileURL(join(found, 'package.json')), folder);
}

async function until(what: () => boolean | Promise<boolean>, name: string): Promise<void> {
  if (!(await becomes(what))) throw new Error(`it never came to this: ${name}`);
}

interface Extension {
  activate(context: { subscriptions: object[] }): Promise<void>;
  deactivate(): Promise<void>;
}
