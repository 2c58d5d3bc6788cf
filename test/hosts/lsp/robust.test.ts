import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CancellationTokenSource, type Diagnostic } from 'vscode-languageserver';
import { COMPONENT_LIMIT, type LanguageCore } from '../../../src/hosts/lsp/project.js';
import { ResyncingReader } from '../../../src/hosts/lsp/reader.js';
import { folderWith } from '../folder.js';
import { core, quiet, session } from './client.js';

const BAD = 'FROM golang:1.22\nARG ENV\nRUN go build $([ "$ENV" = local ] && echo -race) -o /app .\n';
const GOOD = 'FROM golang:1.22\nRUN go build -o /app .\n';

const framed = (body: string) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

describe('the reader', () => {
  /** What comes out of bytes, given in pieces. */
  function read(bytes: Buffer, cuts: readonly number[] = []) {
    const stream = new PassThrough();
    const reader = new ResyncingReader(stream);
    const messages: unknown[] = [];
    const errors: string[] = [];
    reader.onError((error) => errors.push(error.message));
    reader.listen((message) => messages.push(message));
    let at = 0;
    for (const cut of [...cuts, bytes.length].sort((a, b) => a - b)) {
      if (cut > at) stream.emit('data', bytes.subarray(at, cut));
      at = Math.max(at, cut);
    }
    return { messages, errors };
  }
  const good = (id: number) => ({ jsonrpc: '2.0', id, method: 'é✓' });

  it.each([
    ['a header without a length', 'Content-Type: x\r\n\r\n'],
    ['a header that is none', 'hello world\r\n\r\n'],
    ['a line of text', 'Debugger attached.\n'],
    ['a length that is no number', 'Content-Length: many\r\n\r\n'],
    ['a negative length', 'Content-Length: -5\r\n\r\n'],
    ['a body that is no JSON', framed('{"id":1,')],
    ['a body that is a number', framed('42')],
    ['a body that is a list', framed('[]')],
    ['a message that was cut off', framed('{"id": 1, "method": "x", "params": {}}').slice(0, -9)],
    ['an absurd length', 'Content-Length: 9999999999\r\n\r\n'],
    ['NUL bytes', '\0\0\0\r\n\r\n'],
  ])('finds the next message after %s', (_, garbage) => {
    const text = `${framed(JSON.stringify(good(1)))}${garbage}${framed(JSON.stringify(good(2)))}${framed(JSON.stringify(good(3)))}`;
    const { messages, errors } = read(Buffer.from(text));
    expect(messages[0]).toEqual(good(1));
    expect(messages[messages.length - 1]).toEqual(good(3));
    expect(errors.length).toBeGreaterThan(0);
  });

  it('reads the same messages whatever the pieces are that they come in', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.jsonValue().map((params) => ({ jsonrpc: '2.0', method: 'x', params })),
          { maxLength: 8 },
        ),
        fc.array(fc.nat(2000), { maxLength: 20 }),
        (sent, cuts) => {
          const bytes = Buffer.from(sent.map((message) => framed(JSON.stringify(message))).join(''));
          const { messages, errors } = read(
            bytes,
            cuts.filter((cut) => cut < bytes.length),
          );
          expect(messages).toEqual(JSON.parse(JSON.stringify(sent)));
          expect(errors).toEqual([]);
        },
      ),
      { seed: 6, numRuns: 200 },
    );
  });

  it('never throws on damaged bytes, and reads on after them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat(400), { maxLength: 5 }), (bytes, cuts) => {
        // Two messages: the first may be taken for a part of what is damaged.
        const tail = Buffer.from(framed(JSON.stringify(good(1))) + framed(JSON.stringify(good(2))));
        const all = Buffer.concat([Buffer.from(bytes), Buffer.from('\r\n\r\n'), tail]);
        const { messages } = read(
          all,
          cuts.filter((cut) => cut < all.length),
        );
        expect(messages[messages.length - 1]).toEqual(good(2));
      }),
      { seed: 6, numRuns: 500 },
    );
  });
});

describe('the server', () => {
  it('stays up after malformed and cut-off messages and requests that make no sense', async () => {
    const s = session(folderWith({ Dockerfile: BAD }));
    await s.initialize();
    s.open('Dockerfile', BAD);
    s.toServer.write('Content-Length: x\r\n\r\n');
    s.toServer.write(framed('{ not json'));
    s.toServer.write(framed('{"jsonrpc":"2.0","method":"textDocument/didOpen"}'));
    s.toServer.write(framed('{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":7}}}'));
    s.toServer.write(framed('{"jsonrpc":"2.0","id":{},"method":"textDocument/hover"}'));
    s.toServer.write(framed('null'));
    const request = (method: string, params: object) =>
      s.client.sendRequest(method, params).catch((error) => String(error));
    await request('textDocument/hover', { textDocument: { uri: 'untitled:1' }, position: { line: 0, character: 0 } });
    await request('textDocument/hover', {
      textDocument: { uri: s.uri('Dockerfile') },
      position: { line: 1e9, character: -4 },
    });
    await request('textDocument/hover', { textDocument: { uri: 'file://%%%/x' }, position: {} });
    await request('textDocument/definition', {});
    await request('textDocument/codeAction', { textDocument: { uri: s.uri('gone') }, range: {}, context: {} });
    await request('no/such/method', {});
    await request('workspace/executeCommand', { command: 'rm', arguments: [{}] });
    s.change('never-opened', 2, 'x');
    await s.until(() => s.pushed.get('Dockerfile')?.length === 1, 'the finding');
    expect(s.exits).toEqual([]);
  });

  it('answers a cancelled request with the error of the protocol, and goes on', async () => {
    const s = session(folderWith({ Dockerfile: BAD }));
    await s.initialize();
    s.open('Dockerfile', BAD);
    const source = new CancellationTokenSource();
    const asked = s.client.sendRequest('workspace/diagnostic', { previousResultIds: [] }, source.token);
    source.cancel();
    await expect(asked).rejects.toMatchObject({ code: -32800 });
    const hover = await s.client.sendRequest('textDocument/hover', {
      textDocument: { uri: s.uri('Dockerfile') },
      position: { line: 2, character: 4 },
    });
    expect(hover).not.toBeNull();
  });

  it.each([
    [true, 0],
    [false, 1],
  ])('ends with the status of the protocol: after shutdown %s with %i', async (proper, status) => {
    const s = session(folderWith({ Dockerfile: BAD }));
    await s.initialize();
    if (proper) await s.client.sendRequest('shutdown');
    await s.client.sendNotification('exit');
    await s.until(() => s.exits.length > 0, 'the exit');
    expect(s.exits).toEqual([status]);
  });

  it('has the diagnostics of the last text after a document was changed 1,000 times', async () => {
    const s = session(folderWith({ Dockerfile: GOOD }));
    await s.initialize();
    s.open('Dockerfile', GOOD);
    for (let version = 2; version <= 1001; version += 1) {
      // By turns at the end, in the middle, and as a whole.
      const edit = (line: number, text: string) => ({
        range: { start: { line, character: 0 }, end: { line, character: 0 } },
        text,
      });
      const contentChanges =
        version === 1001
          ? [{ text: BAD }]
          : version % 3 === 0
            ? [{ text: GOOD }]
            : [edit(version % 2, `# ${version}\n`)];
      void s.client.sendNotification('textDocument/didChange', {
        textDocument: { uri: s.uri('Dockerfile'), version },
        contentChanges,
      });
      if (version % 100 === 0) await new Promise((done) => setImmediate(done));
    }
    await s.until(() => s.pushed.get('Dockerfile')?.length === 1, 'the finding');
    expect(s.pushed.get('Dockerfile')?.[0]).toMatchObject({ range: { start: { line: 2 } } });
  });

  it('lints only what is linked when a file changes, however many there are', async () => {
    const files: Record<string, string> = {};
    for (let i = 0; i < 60; i += 1) files[`app${i}/Dockerfile`] = BAD;
    files['compose.yaml'] = 'services: { a: { build: app0 }, b: { build: app1 } }\n';
    const linted: string[][] = [];
    const counting: LanguageCore = {
      ...core,
      lint(paths, texts, choices) {
        linted.push([...paths]);
        return core.lint(paths, texts, choices);
      },
    };
    const s = session(folderWith(files), { core: counting });
    await s.initialize();
    s.open('app0/Dockerfile', BAD);
    await s.client.sendRequest('workspace/diagnostic', { previousResultIds: [] });
    await s.until(() => s.pushed.has('app1/Dockerfile'), 'the linked file');
    await quiet(linted);
    linted.length = 0;
    s.change('app0/Dockerfile', 2, GOOD);
    await s.until(() => s.pushed.get('app0/Dockerfile')?.length === 0, 'the change');
    expect(new Set(linted.map(String))).toEqual(new Set(['app0/Dockerfile,app1/Dockerfile']));
    expect(linted.length).toBeLessThan(3);
    expect(COMPONENT_LIMIT).toBeGreaterThan(2);
  });

  it('reads nothing anew when a file is opened, saved and closed as it is on the disk', async () => {
    const done: string[] = [];
    const counting: LanguageCore = {
      ...core,
      lint(paths, texts, choices) {
        done.push(`lint ${paths}`);
        return core.lint(paths, texts, choices);
      },
      linksOf(path, texts) {
        done.push(`links ${path}`);
        return core.linksOf(path, texts);
      },
    };
    const makefile = 'image:\n\tdocker build --build-arg ENV=local .\n';
    const s = session(folderWith({ Dockerfile: BAD, Makefile: makefile }), { core: counting });
    await s.initialize();
    await s.client.sendRequest('workspace/diagnostic', { previousResultIds: [] });
    await quiet(done);
    expect(done).toContain('links Makefile');
    done.length = 0;
    s.open('Makefile', makefile, 'makefile');
    s.open('Dockerfile', BAD);
    await s.until(() => s.pushed.get('Dockerfile')?.length === 1, 'the finding');
    void s.client.sendNotification('textDocument/didSave', { textDocument: { uri: s.uri('Makefile') } });
    void s.client.sendNotification('textDocument/didClose', { textDocument: { uri: s.uri('Dockerfile') } });
    await s.client.sendRequest('textDocument/documentLink', { textDocument: { uri: s.uri('Makefile') } });
    await quiet(done);
    expect(done).toEqual([]);
    s.change('Makefile', 2, `${makefile}# more\n`);
    await s.until(() => done.includes('links Makefile'), 'the makefile is read');
    await s.until(() => done.some((one) => one.startsWith('lint')), 'and linted');
  });

  it('survives a library that throws', async () => {
    let broken = true;
    const faulty: LanguageCore = {
      ...core,
      lint(paths, texts, choices) {
        if (broken) throw new Error('a fault of ours');
        return core.lint(paths, texts, choices);
      },
    };
    const s = session(folderWith({ Dockerfile: BAD }), { core: faulty });
    await s.initialize();
    s.open('Dockerfile', BAD);
    await s.until(() => s.messages.some((message) => message.includes('a fault of ours')), 'the error in the log');
    broken = false;
    s.change('Dockerfile', 2, `${BAD}\n`);
    await s.until(() => s.pushed.get('Dockerfile')?.length === 1, 'the finding');
  });

  it('keeps two folders apart, and takes one away', async () => {
    const root = folderWith({ 'one/Dockerfile': BAD, 'two/Dockerfile': BAD });
    const s = session(root);
    await s.client.sendRequest('initialize', {
      processId: null,
      rootUri: null,
      workspaceFolders: [{ uri: s.uri('one'), name: 'one' }],
      capabilities: { workspace: { workspaceFolders: true } },
    });
    await s.client.sendNotification('initialized', {});
    const all = async () => {
      const { items } = await s.client.sendRequest<{ items: { uri: string; items: Diagnostic[] }[] }>(
        'workspace/diagnostic',
        {
          previousResultIds: [],
        },
      );
      return items.map(({ uri }) => uri.slice(s.uri('').length + 1)).sort();
    };
    expect(await all()).toEqual(['one/Dockerfile']);
    const change = (added: string[], removed: string[]) =>
      s.client.sendNotification('workspace/didChangeWorkspaceFolders', {
        event: {
          added: added.map((name) => ({ uri: s.uri(name), name })),
          removed: removed.map((name) => ({ uri: s.uri(name), name })),
        },
      });
    await change(['two'], []);
    await s.until(() => true, '');
    expect(await all()).toEqual(['one/Dockerfile', 'two/Dockerfile']);
    await change([], ['one']);
    expect(await all()).toEqual(['two/Dockerfile']);
  });
});
