import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { folderWith } from '../folder.js';
import { buildServer } from './process.js';

const examples = fileURLToPath(new URL('../../../examples/editors', import.meta.url));
const has = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;
const DOCKERFILE = `FROM golang:1.22 AS build
ARG ENV
RUN go build $([ "$ENV" = local ] && echo -race) -o /app .
`;

let folder = '';
let bin = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'envariant-editors-'));
  bin = await buildServer(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const env = () => ({ ...process.env, PATH: `${bin}:${process.env.PATH}`, HOME: folder, XDG_CONFIG_HOME: folder });

/** Runs an editor to its end; tests share a process, so that nothing may block it. */
function run(command: string, args: readonly string[], cwd: string) {
  return new Promise<{ status: number | null; output: string }>((done) => {
    const child = spawn(command, args, { cwd, env: env(), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      output += String(chunk);
    });
    child.once('close', (status) => done({ status, output }));
  });
}

describe('the process', () => {
  function start(cwd: string) {
    const child = spawn(join(bin, 'envariant'), ['lsp', '--stdio'], { cwd, env: env() });
    const client = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    const ended = new Promise<number | null>((done) => child.once('close', done));
    client.onError(() => {});
    client.listen();
    const initialize = async () => {
      await client.sendRequest('initialize', {
        processId: process.pid,
        rootUri: pathToFileURL(cwd).href,
        capabilities: { textDocument: { diagnostic: {} } },
      });
      await client.sendNotification('initialized', {});
    };
    return { child, client, ended, initialize };
  }

  it('serves over the standard streams, also after garbage, and ends with 0 after shutdown', async () => {
    const cwd = folderWith({
      Dockerfile: DOCKERFILE,
      'envariant.config.json': '{ "rules": { "conditional-build-flags": "error" } }',
    });
    const { child, client, ended, initialize } = start(cwd);
    await initialize();
    child.stdin.write('Content-Length: 12\r\n\r\n{"not json');
    child.stdin.write('\r\n\r\n');
    const uri = pathToFileURL(join(cwd, 'Dockerfile')).href;
    const pull = () =>
      client.sendRequest<{ items: { code: string; severity: number }[] }>('textDocument/diagnostic', {
        textDocument: { uri },
      });
    const { items } = await pull();
    expect(items).toMatchObject([{ code: 'conditional-build-flags', severity: 1 }]);
    await client.sendRequest('shutdown');
    await client.sendNotification('exit');
    expect(await ended).toBe(0);
    client.dispose();
  });

  it('ends with 1 when the client goes away without a word', async () => {
    const { child, client, ended, initialize } = start(folderWith({ Dockerfile: DOCKERFILE }));
    await initialize();
    child.stdin.end();
    expect(await ended).toBe(1);
    client.dispose();
  });
});

describe.runIf(has('nvim', '--version'))('neovim (of the package neovim), with the set-up of examples/editors', () => {
  it('shows diagnostics, follows edits, hovers, goes to a definition, fixes', async () => {
    const cwd = folderWith({
      '.git/HEAD': 'ref: refs/heads/main\n',
      'app/Dockerfile': DOCKERFILE,
      'compose.yaml': 'services:\n  app:\n    build:\n      context: app\n      args:\n        ENV: local\n',
      'drive.lua': `
        local out = {}
        local function wait(what, name)
          out[name] = vim.wait(200000, what, 20)
        end
        vim.cmd('edit app/Dockerfile')
        local docker = vim.api.nvim_get_current_buf()
        vim.bo.filetype = 'dockerfile'
        wait(function() return #vim.diagnostic.get(docker) == 1 end, 'diagnostics')
        local found = vim.diagnostic.get(docker)[1] or {}
        out.code, out.source, out.line = found.code, found.source, found.lnum
        local function ask(method, line, column, more)
          local params = {
            textDocument = { uri = vim.uri_from_bufnr(0) },
            position = { line = line, character = column },
          }
          local answers = vim.lsp.buf_request_sync(0, method, vim.tbl_extend('force', params, more or {}), 200000)
          for _, answer in pairs(answers or {}) do return answer.result end
        end
        out.hover = ask('textDocument/hover', 2, 5)
        out.actions = ask('textDocument/codeAction', 2, 5, {
          range = { start = { line = 2, character = 5 }, ['end'] = { line = 2, character = 5 } },
          context = { diagnostics = {} },
        })
        -- An edit that is not saved.
        vim.api.nvim_buf_set_lines(docker, 2, 3, false, { 'RUN go build -o /app .' })
        wait(function() return #vim.diagnostic.get(docker) == 0 end, 'mended')
        vim.cmd('undo')
        wait(function() return #vim.diagnostic.get(docker) == 1 end, 'undone')
        -- Typing, character by character.
        for i = 1, 100 do vim.api.nvim_buf_set_text(docker, 0, 0, 0, 0, { '#' }) end
        vim.api.nvim_buf_set_text(docker, 0, 0, 0, 0, { '# a comment', '' })
        vim.api.nvim_buf_set_lines(docker, 0, 2, false, { 'FROM golang:1.22 AS build' })
        wait(function()
          local list = vim.diagnostic.get(docker)
          return #list == 1 and list[1].lnum == 2
        end, 'typed')
        vim.cmd('edit compose.yaml')
        vim.bo.filetype = 'yaml'
        out.definition = ask('textDocument/definition', 5, 9)
        out.clients = #vim.lsp.get_active_clients()
        vim.fn.writefile({ vim.fn.json_encode(out) }, 'out.json')
        vim.cmd('qall!')
      `,
    });
    const setup = join(examples, 'neovim/envariant-0.7.lua');
    const { output } = await run(
      'nvim',
      [
        '--headless',
        '-i',
        'NONE',
        '-n',
        '-u',
        'NONE',
        '-c',
        `luafile ${setup}`,
        '-c',
        'luafile drive.lua',
        '-c',
        'cquit',
      ],
      cwd,
    );
    let out: Record<string, unknown> = {};
    try {
      out = JSON.parse(readFileSync(join(cwd, 'out.json'), 'utf8'));
    } catch {
      throw new Error(`neovim did not come to its end: ${output}`);
    }
    expect(out).toMatchObject({
      diagnostics: true,
      code: 'conditional-build-flags',
      source: 'envariant',
      line: 2,
      hover: { contents: { value: expect.stringContaining('| ENV=local | `go build -race -o /app .` |') } },
      mended: true,
      undone: true,
      typed: true,
      definition: [{ uri: pathToFileURL(join(cwd, 'app/Dockerfile')).href, range: { start: { line: 1 } } }],
      clients: 1,
    });
    expect(JSON.stringify(out.actions)).toContain('Drop `-race` in every environment');
  });
});

/** Emacs 28 with the package eglot, as Debian 12 has them: what is asked of eglot here has other names in later versions. */
const hasEglot = has(
  'emacs',
  '--batch',
  '--eval',
  "(progn (package-initialize) (require 'eglot) (kill-emacs (if (< emacs-major-version 29) 0 1)))",
);
describe.runIf(hasEglot)(
  'emacs (of the packages emacs-nox and elpa-eglot), with the set-up of examples/editors',
  () => {
    it('shows diagnostics, follows edits and hovers', async () => {
      const makefile = 'image:\n\tif [ "$(ENV)" = local ]; then go build -race -o app .; else go build -o app .; fi\n';
      const cwd = folderWith({
        '.git/HEAD': 'ref: refs/heads/main\n',
        '.git/objects/.keep': '',
        '.git/refs/.keep': '',
        Makefile: makefile,
        'drive.el': `
        (package-initialize)
        (setq eglot-sync-connect 200 eglot-connect-timeout 200 jsonrpc-default-request-timeout 200 eglot-autoreconnect nil vc-handled-backends '(Git))
        (load ${JSON.stringify(join(examples, 'emacs/envariant.el'))})
        (defun until (what) (let ((end (+ (float-time) 200)) (found nil))
          (while (and (< (float-time) end) (not (setq found (funcall what)))) (accept-process-output nil 0.02)) found))
        (defun tell (name value) (princ (format "%s: %s\\n" name value)))
        (find-file "Makefile")
        (makefile-gmake-mode)
        (apply #'eglot--connect (eglot--guess-contact))
        (until #'eglot-current-server)
        (unless (eglot-managed-p) (eglot--maybe-activate-editing-mode))
        (defun shown () (flymake-start) (flymake-diagnostics))
        (until #'shown)
        (tell "managed" (and (eglot-managed-p) t))
        (tell "diagnostic" (flymake-diagnostic-text (car (flymake-diagnostics))))
        (goto-char (point-min))
        (search-forward "go build")
        (tell "hover" (plist-get (plist-get (jsonrpc-request (eglot--current-server-or-lose) :textDocument/hover (eglot--TextDocumentPositionParams)) :contents) :value))
        (erase-buffer)
        (insert "image:\\n\\tgo build -o app .\\n")
        (eglot--signal-textDocument/didChange)
        (tell "mended" (until (lambda () (not (shown)))))
        (set-buffer-modified-p nil)
        (eglot-shutdown (eglot-current-server))
        (tell "end" t)`,
      });
      const { output, status } = await run('emacs', ['--batch', '-q', '-l', 'drive.el'], cwd);
      expect(output).toContain('managed: t');
      expect(output).toMatch(/diagnostic: .*depends on ENV/);
      expect(output).toContain('| ENV=local | `go build -race -o app .` |');
      expect(output).toContain('mended: t');
      expect(output).toContain('end: t');
      expect(status).toBe(0);
    });
  },
);
