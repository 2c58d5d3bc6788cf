/* What editors do at the edges of the protocol: positions, line ends, documents without a file, files that come and go. */
import { mkdirSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { CodeAction, Diagnostic, Hover, Location } from 'vscode-languageserver';
import type { LanguageCore } from '../../../src/hosts/lsp/project.js';
import { loadFolderSettings } from '../../../src/hosts/lsp/settings.js';
import { folderWith } from '../folder.js';
import { core, positionOf, quiet, session } from './client.js';

const BAD = 'FROM golang:1.22\nARG ENV\nRUN go build $([ "$ENV" = local ] && echo -race) -o /app .\n';
const GOOD = 'FROM golang:1.22\nRUN go build -o /app .\n';
const COMPOSE = 'services:\n  app:\n    build:\n      context: .\n      args:\n        ENV: local\n';
const rules = (list: readonly Diagnostic[] | undefined) => list?.map(({ code }) => code);

describe('positions', () => {
  it('count UTF-16 units, also behind what takes two of them', async () => {
    const text =
      'FROM golang:1.22\nARG ENV\nRUN echo "👩‍🚀🎉é構成" && go build $([ "$ENV" = local ] && echo -race) -o /app .\n';
    const s = session(folderWith({ Dockerfile: text }));
    // Every client has UTF-16, also one that would rather have something else.
    const { capabilities } = await s.initialize({ general: { positionEncodings: ['utf-8', 'utf-16'] } });
    expect(capabilities).toMatchObject({ positionEncoding: 'utf-16' });
    s.open('Dockerfile', text);
    await s.until(() => s.pushed.get('Dockerfile')?.length === 1, 'the finding');
    expect(s.pushed.get('Dockerfile')?.[0]?.range.start).toEqual(positionOf(text, 'go build'));
    const hover = await s.client.sendRequest<Hover>('textDocument/hover', {
      textDocument: { uri: s.uri('Dockerfile') },
      position: positionOf(text, '"$ENV"', 2),
    });
    expect(hover.range?.start).toEqual(positionOf(text, '$ENV', 1));
    const [drop] = await s.client.sendRequest<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri: s.uri('Dockerfile') },
      range: { start: positionOf(text, 'go build'), end: positionOf(text, 'go build') },
      context: { diagnostics: [] },
    });
    expect(drop?.edit?.changes?.[s.uri('Dockerfile')]).toEqual([
      { range: { start: positionOf(text, ' $(['), end: positionOf(text, ' -o /app') }, newText: '' },
    ]);
    // An emoji is put in before it, which an editor counts as two.
    void s.client.sendNotification('textDocument/didChange', {
      textDocument: { uri: s.uri('Dockerfile'), version: 2 },
      contentChanges: [{ range: { start: positionOf(text, '🎉'), end: positionOf(text, '🎉', 2) }, text: '🎉🎉' }],
    });
    await s.until(
      () => s.pushed.get('Dockerfile')?.[0]?.range.start.character === positionOf(text, 'go build').character + 2,
      'the finding further right',
    );
  });

  it('are right in files whose lines end in a carriage return', async () => {
    const text = BAD.replaceAll('\n', '\r\n').replace('RUN go', 'RUN \\\r\n  go');
    const s = session(folderWith({ Dockerfile: text }));
    await s.initialize();
    s.open('Dockerfile', text);
    await s.until(() => s.pushed.get('Dockerfile')?.length === 1, 'the finding');
    expect(s.pushed.get('Dockerfile')?.[0]?.range).toEqual({
      start: { line: 3, character: 2 },
      end: { line: 3, character: 2 + 'go build $([ "$ENV" = local ] && echo -race) -o /app .'.length },
    });
  });

  it('out of range are clamped, as editors do it', async () => {
    const s = session(folderWith({ Dockerfile: GOOD }));
    await s.initialize();
    s.open('Dockerfile', GOOD);
    const far = { line: 900, character: 900 };
    void s.client.sendNotification('textDocument/didChange', {
      textDocument: { uri: s.uri('Dockerfile'), version: 2 },
      contentChanges: [
        { range: { start: far, end: far }, text: 'ARG ENV\n' },
        { range: { start: { line: 0, character: 500 }, end: { line: 1, character: 0 } }, text: '\nARG ENV\n' },
        { range: { start: far, end: { line: 0, character: 0 } }, text: BAD },
      ],
    });
    await s.until(() => (s.pushed.get('Dockerfile')?.length ?? 0) > 0, 'a finding');
    for (const method of ['hover', 'definition', 'references'])
      await s.client.sendRequest(`textDocument/${method}`, {
        textDocument: { uri: s.uri('Dockerfile') },
        position: far,
        context: { includeDeclaration: true },
      });
    expect(s.exits).toEqual([]);
  });
});

describe('documents', () => {
  it('that have no file are left alone', async () => {
    const s = session(folderWith({ Dockerfile: GOOD }));
    await s.initialize();
    for (const uri of [
      'untitled:Untitled-1',
      'vscode-remote://ssh/x/Dockerfile',
      'file://host/share/Dockerfile',
      'git:/x/Dockerfile?ref',
    ]) {
      void s.client.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'dockerfile', version: 1, text: BAD },
      });
      expect(await s.client.sendRequest('textDocument/diagnostic', { textDocument: { uri } })).toMatchObject({
        kind: 'full',
        items: [],
      });
      expect(await s.client.sendRequest('textDocument/documentLink', { textDocument: { uri } })).toEqual([]);
      void s.client.sendNotification('textDocument/didClose', { textDocument: { uri } });
    }
    s.open('Dockerfile', BAD);
    await s.until(() => s.pushed.get('Dockerfile')?.length === 1, 'the finding');
  });

  it('that are linked are looked at as they are in the editor, neither of them on the disk', async () => {
    const compose = 'services:\n  app:\n    build:\n      context: .\n      args:\n        NAME: local\n';
    const s = session(folderWith({}));
    await s.initialize();
    s.open('compose.yaml', compose, 'yaml');
    s.open('Dockerfile', BAD);
    await s.until(
      () => rules(s.pushed.get('compose.yaml'))?.includes('unknown-build-argument') === true,
      'the finding',
    );
    const definition = await s.client.sendRequest<Location[]>('textDocument/definition', {
      textDocument: { uri: s.uri('Dockerfile') },
      position: positionOf(BAD, 'FROM'),
    });
    expect(definition).toMatchObject([{ uri: s.uri('compose.yaml') }]);
    s.change('Dockerfile', 2, BAD.replaceAll('ENV', 'NAME'));
    await s.until(() => s.pushed.get('compose.yaml')?.length === 0, 'no finding');
    s.change('compose.yaml', 2, compose.replace('NAME', 'OTHER'));
    await s.until(() => rules(s.pushed.get('compose.yaml'))?.includes('unknown-build-argument') === true, 'it again');
    void s.client.sendNotification('textDocument/didClose', { textDocument: { uri: s.uri('Dockerfile') } });
    await s.until(() => s.pushed.get('compose.yaml')?.length === 0, 'no finding where there is no Dockerfile');
  });

  it('are answered by the text of the editor when a question comes right behind a change', async () => {
    const s = session(folderWith({ Dockerfile: GOOD }), { delay: 10_000 });
    await s.initialize({ textDocument: { diagnostic: {} } });
    s.open('Dockerfile', GOOD);
    const pull = () =>
      s.client.sendRequest<{ items: Diagnostic[] }>('textDocument/diagnostic', {
        textDocument: { uri: s.uri('Dockerfile') },
      });
    expect((await pull()).items).toEqual([]);
    s.change('Dockerfile', 2, BAD);
    expect((await pull()).items).toHaveLength(1);
  });
});

describe('files that change outside of the editor', () => {
  const watched = (s: ReturnType<typeof session>, changes: readonly (readonly [string, number])[]) =>
    s.client.sendNotification('workspace/didChangeWatchedFiles', {
      changes: changes.map(([path, type]) => ({ uri: s.uri(path), type })),
    });
  const workspace = async (s: ReturnType<typeof session>) => {
    const { items } = await s.client.sendRequest<{ items: { uri: string; items: Diagnostic[] }[] }>(
      'workspace/diagnostic',
      { previousResultIds: [] },
    );
    return items.map(({ uri, items: list }) => `${uri.slice(s.uri('').length + 1)} ${list.length}`).sort();
  };

  it('are known when they are made, renamed and deleted', async () => {
    const root = folderWith({ 'a/Dockerfile': BAD });
    const s = session(root);
    await s.initialize();
    expect(await workspace(s)).toEqual(['a/Dockerfile 1']);
    s.write('b/Dockerfile', BAD);
    await watched(s, [['b/Dockerfile', 1]]);
    expect(await workspace(s)).toEqual(['a/Dockerfile 1', 'b/Dockerfile 1']);
    mkdirSync(join(root, 'c'));
    renameSync(join(root, 'b/Dockerfile'), join(root, 'c/Dockerfile'));
    await watched(s, [
      ['b/Dockerfile', 3],
      ['c/Dockerfile', 1],
    ]);
    expect(await workspace(s)).toEqual(['a/Dockerfile 1', 'c/Dockerfile 1']);
    // Some clients tell of the folder alone.
    s.write('d/e/Dockerfile', GOOD);
    await watched(s, [['d', 1]]);
    expect(await workspace(s)).toEqual(['a/Dockerfile 1', 'c/Dockerfile 1', 'd/e/Dockerfile 0']);
    rmSync(join(root, 'd'), { recursive: true });
    rmSync(join(root, 'c'), { recursive: true });
    await watched(s, [['d', 3]]);
    await watched(s, [['c', 3]]);
    expect(await workspace(s)).toEqual(['a/Dockerfile 1']);
  });

  it('lose what was said of them when they are deleted', async () => {
    const compose = 'services:\n  app:\n    build:\n      context: .\n      args:\n        NAME: local\n';
    const root = folderWith({ Dockerfile: BAD, 'compose.yaml': compose });
    const s = session(root);
    await s.initialize();
    s.open('Dockerfile', BAD);
    await s.until(() => s.pushed.get('compose.yaml')?.length === 1, 'the finding in the caller');
    rmSync(join(root, 'compose.yaml'));
    await watched(s, [['compose.yaml', 3]]);
    await s.until(() => s.pushed.get('compose.yaml')?.length === 0, 'nothing about what is gone');
  });
});

describe('code actions', () => {
  it('are made of the report that there is: nothing is linted for them', async () => {
    const linted: string[] = [];
    const counting: LanguageCore = {
      ...core,
      lint(paths, texts, choices) {
        linted.push(paths.join());
        return core.lint(paths, texts, choices);
      },
    };
    const s = session(folderWith({ Dockerfile: BAD }), { core: counting });
    await s.initialize();
    s.open('Dockerfile', BAD);
    await s.until(() => s.pushed.get('Dockerfile')?.length === 1, 'the finding');
    await s.client.sendRequest('workspace/diagnostic', { previousResultIds: [] });
    await quiet(linted);
    const before = linted.length;
    for (let turn = 0; turn < 5; turn += 1) {
      const actions = await s.client.sendRequest<CodeAction[]>('textDocument/codeAction', {
        textDocument: { uri: s.uri('Dockerfile') },
        range: { start: { line: 2, character: turn }, end: { line: 2, character: 10 } },
        context: { diagnostics: s.pushed.get('Dockerfile') },
      });
      expect(actions.map(({ title }) => title)).toContain('Suppress conditional-build-flags here');
    }
    expect(linted.length).toBe(before);
  });

  it('stop passing what nobody declares, in the caller that is open and in the one that is not', async () => {
    const compose =
      'services:\n  app:\n    build:\n      context: .\n      args:\n        NAME: local\n        ENV: local\n';
    const s = session(folderWith({ Dockerfile: BAD, 'compose.yaml': compose }));
    await s.initialize();
    s.open('compose.yaml', compose, 'yaml');
    await s.until(
      () => rules(s.pushed.get('compose.yaml'))?.includes('unknown-build-argument') === true,
      'the finding',
    );
    const at = positionOf(compose, 'NAME');
    const actions = await s.client.sendRequest<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri: s.uri('compose.yaml') },
      range: { start: at, end: at },
      context: { diagnostics: s.pushed.get('compose.yaml') },
    });
    expect(actions[0]).toMatchObject({
      title: 'Stop passing NAME',
      edit: {
        changes: {
          [s.uri('compose.yaml')]: [
            {
              range: { start: { line: at.line, character: 0 }, end: { line: at.line + 1, character: 0 } },
              newText: '',
            },
          ],
        },
      },
    });
  });
});

describe('going around', () => {
  it('leads from a workflow to the ARG and back, in scripts and in actions', async () => {
    const workflow = `on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: |
          docker build \\
            --build-arg ENV=local .
      - uses: docker/build-push-action@v6
        with:
          context: .
          build-args: |
            ENV=prod
`;
    const s = session(folderWith({ Dockerfile: BAD, '.github/workflows/ci.yml': workflow }));
    await s.initialize();
    s.open('.github/workflows/ci.yml', workflow, 'yaml');
    s.open('Dockerfile', BAD);
    const ask = (path: string, position: object) =>
      s.client.sendRequest<Location[]>('textDocument/definition', { textDocument: { uri: s.uri(path) }, position });
    for (const part of ['ENV=local', 'ENV=prod'])
      expect(await ask('.github/workflows/ci.yml', positionOf(workflow, part, 1))).toMatchObject([
        { uri: s.uri('Dockerfile'), range: { start: { line: 1, character: 4 } } },
      ]);
    const back = await ask('Dockerfile', positionOf(BAD, 'ARG ENV', 5));
    expect(back.map(({ range }) => range.start)).toEqual([
      positionOf(workflow, 'ENV=local'),
      positionOf(workflow, 'ENV=prod'),
    ]);
    const hover = await s.client.sendRequest<Hover>('textDocument/hover', {
      textDocument: { uri: s.uri('.github/workflows/ci.yml') },
      position: positionOf(workflow, 'ENV=prod', 1),
    });
    expect(hover.contents).toMatchObject({ value: '`$ENV` is `prod` in every environment.' });
  });
});

describe('settings that are broken while they are typed', () => {
  const settings = '{\n  "rules": { "conditional-build-flags": "off" }\n}\n';
  const start = async (capabilities: object = {}) => {
    const s = session(folderWith({ '.git/HEAD': '', Dockerfile: BAD, 'envariant.config.jsonc': settings }), {
      loadChoices: loadFolderSettings,
    });
    await s.initialize(capabilities);
    s.open('envariant.config.jsonc', settings, 'jsonc');
    s.open('Dockerfile', BAD);
    return s;
  };
  const pushed = (s: ReturnType<typeof session>) =>
    ['Dockerfile', 'envariant.config.jsonc'].map((path) => [...new Set(rules(s.pushed.get(path)) ?? ['-'])].join());

  it('are told where they are wrong, and those that could be read last are kept', async () => {
    const s = await start();
    await s.until(() => pushed(s)[0] === '', 'no finding, since the rule is off');
    s.change('envariant.config.jsonc', 2, settings.replace('"off"', '"of'));
    await s.until(() => pushed(s).join() === ',settings', 'the fault');
    const [fault] = s.pushed.get('envariant.config.jsonc') ?? [];
    expect(fault).toMatchObject({ severity: 1, range: { start: { line: 1, character: 40 } } });
    expect(fault?.message).toContain('this is no JSON');
    s.change('envariant.config.jsonc', 3, settings.replace('"off"', '"of"'));
    await s.until(() => String(s.pushed.get('envariant.config.jsonc')?.[0]?.message).includes('"of"'), 'another');
    expect(pushed(s)).toEqual(['', 'settings']);
    // What is not saved counts.
    s.change('envariant.config.jsonc', 4, settings.replace('"off"', '"info"'));
    await s.until(() => pushed(s).join() === 'conditional-build-flags,', 'the finding');
    expect(s.pushed.get('Dockerfile')?.[0]?.severity).toBe(3);
    expect(s.messages).toEqual([]);
    // Closed without saving: the disk counts again.
    void s.client.sendNotification('textDocument/didClose', {
      textDocument: { uri: s.uri('envariant.config.jsonc') },
    });
    await s.until(() => s.pushed.get('Dockerfile')?.length === 0, 'no finding');
  });

  it('are told to a client that pulls', async () => {
    const s = await start({
      textDocument: { diagnostic: {} },
      workspace: { diagnostics: { refreshSupport: true } },
    });
    const pull = async (path: string) => {
      const answer = await s.client.sendRequest<{ items: Diagnostic[] }>('textDocument/diagnostic', {
        textDocument: { uri: s.uri(path) },
      });
      return rules(answer.items);
    };
    expect(await pull('envariant.config.jsonc')).toEqual([]);
    s.change('envariant.config.jsonc', 2, '{ "rules": ');
    expect(await pull('envariant.config.jsonc')).toContain('settings');
    await s.until(() => s.refreshes() > 0, 'it is told to pull again');
    expect(await pull('Dockerfile')).toEqual([]);
  });

  it('are told in a message when nobody has them open, and the defaults are used until they can be read', async () => {
    const s = session(folderWith({ '.git/HEAD': '', Dockerfile: BAD, 'envariant.config.jsonc': '{ "rules": ' }), {
      loadChoices: loadFolderSettings,
    });
    await s.initialize();
    s.open('Dockerfile', BAD);
    await s.until(() => s.pushed.get('Dockerfile')?.length === 1, 'the finding');
    await s.until(() => rules(s.pushed.get('envariant.config.jsonc'))?.includes('settings') === true, 'the fault');
    expect(s.messages[0]).toContain('envariant.config.jsonc:1:12: this is no JSON');
    expect(new Set(s.messages).size).toBe(s.messages.length);
  });
});

describe('folders', () => {
  it('that are links show a file under the name that the editor has for it', async () => {
    const real = realpathSync(folderWith({ Dockerfile: BAD, 'compose.yaml': COMPOSE }));
    const link = join(realpathSync(folderWith({})), 'link');
    symlinkSync(real, link);
    const s = session(link);
    await s.initialize();
    const uri = pathToFileURL(join(real, 'Dockerfile')).href;
    const told = new Map<string, readonly Diagnostic[]>();
    s.client.onNotification('textDocument/publishDiagnostics', (params: { uri: string; diagnostics: Diagnostic[] }) => {
      told.set(params.uri, params.diagnostics);
    });
    void s.client.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'dockerfile', version: 1, text: BAD },
    });
    await s.until(
      () => JSON.stringify(told.get(uri)?.[0]?.relatedInformation ?? []).includes(s.uri('compose.yaml')),
      'the finding, with the caller',
    );
    // The same file by its other name: closing one leaves the text of the other.
    s.open('Dockerfile', `# moved\n${BAD}`);
    await s.until(() => told.get(s.uri('Dockerfile'))?.[0]?.range.start.line === 3, 'the finding in the newer text');
    void s.client.sendNotification('textDocument/didClose', { textDocument: { uri: s.uri('Dockerfile') } });
    await s.until(() => told.get(uri)?.[0]?.range.start.line === 2, 'the finding in the other one');
  });

  it('inside of a folder take over its files when they are added, and give them back when they are removed', async () => {
    const s = session(folderWith({ 'sub/Dockerfile': BAD, 'sub/compose.yaml': COMPOSE }));
    await s.initialize({ workspace: { workspaceFolders: true } });
    s.open('sub/Dockerfile', BAD);
    await s.until(() => s.pushed.get('sub/Dockerfile')?.length === 1, 'the finding');
    const folder = { uri: s.uri('sub'), name: 'sub' };
    const change = (event: object) => s.client.sendNotification('workspace/didChangeWorkspaceFolders', { event });
    await change({ added: [folder], removed: [] });
    s.change('sub/Dockerfile', 2, GOOD);
    await s.until(() => s.pushed.get('sub/Dockerfile')?.length === 0, 'nothing');
    await change({ added: [], removed: [folder] });
    s.change('sub/Dockerfile', 3, BAD);
    await s.until(() => s.pushed.get('sub/Dockerfile')?.length === 1, 'the finding again');
    void s.client.sendNotification('textDocument/didClose', { textDocument: { uri: s.uri('sub/Dockerfile') } });
    await s.until(() => s.pushed.get('sub/Dockerfile')?.length === 0, 'nothing of what is closed');
  });
});

describe('files of one text', () => {
  it('are told apart', async () => {
    const s = session(folderWith({ 'a/Dockerfile': BAD, 'b/Dockerfile': BAD }));
    await s.initialize();
    s.open('a/Dockerfile', BAD);
    s.open('b/Dockerfile', BAD);
    await s.until(() => ['a', 'b'].every((one) => s.pushed.get(`${one}/Dockerfile`)?.length === 1), 'both findings');
    s.change('a/Dockerfile', 2, GOOD);
    await s.until(() => s.pushed.get('a/Dockerfile')?.length === 0, 'none in one');
    expect(s.pushed.get('b/Dockerfile')).toHaveLength(1);
  });
});
