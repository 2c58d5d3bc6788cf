// Starts `envariant lsp --stdio` and connects it with the editor.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { commands, window, workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

const LANGUAGES = [
  'dockerfile',
  'makefile',
  'shellscript',
  'yaml',
  'dockercompose',
  'dockerbake',
  'github-actions-workflow',
  'hcl',
  'terraform',
  'groovy',
  'toml',
];

/** @type {LanguageClient | undefined} */
let client;

/** The command: what the settings say, else the workspace's own, else what is on the PATH. */
function commandOf() {
  const named = workspace.getConfiguration('envariant').get('command', '').trim();
  if (named !== '') return named;
  const name = process.platform === 'win32' ? 'envariant.cmd' : 'envariant';
  if (workspace.isTrusted) {
    for (const { uri } of workspace.workspaceFolders ?? []) {
      const own = join(uri.fsPath, 'node_modules', '.bin', name);
      if (uri.scheme === 'file' && existsSync(own)) return own;
    }
  }
  return name;
}

async function start() {
  const command = commandOf();
  client = new LanguageClient(
    'envariant',
    'Envariant',
    // A `.cmd` is run by a shell only.
    { command, args: ['lsp', '--stdio'], options: { shell: process.platform === 'win32' } },
    {
      documentSelector: [
        ...LANGUAGES.map((language) => ({ scheme: 'file', language })),
        { scheme: 'file', pattern: '**/{webpack,vite,rollup,esbuild,next}.config.{js,cjs,mjs,ts,cts,mts}' },
        { scheme: 'file', pattern: '**/docker-bake*.json' },
      ],
    },
  );
  try {
    await client.start();
  } catch (error) {
    const message = `Envariant does not start (${command}): ${error instanceof Error ? error.message : error}`;
    window.showErrorMessage(message);
  }
}

async function stop() {
  const old = client;
  client = undefined;
  await old?.stop().catch(() => {});
}

/** @param {import('vscode').ExtensionContext} context */
exports.activate = async (context) => {
  context.subscriptions.push(
    commands.registerCommand('envariant.restart', async () => {
      await stop();
      await start();
    }),
    workspace.onDidChangeConfiguration(async (change) => {
      if (!change.affectsConfiguration('envariant.command')) return;
      await stop();
      await start();
    }),
  );
  await start();
};

exports.deactivate = stop;
