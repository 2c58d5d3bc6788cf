import { describe, expect, it } from 'vitest';
import type { CodeAction, DocumentLink, Hover, InlayHint, Location } from 'vscode-languageserver';
import { folderWith } from '../folder.js';
import { positionOf, session } from './client.js';

const DOCKERFILE = `FROM golang:1.22 AS build
ARG ENV
RUN go build $([ "$ENV" = local ] && echo -race) -o /app .
FROM debian:12
COPY --from=build /app /app
`;
const COMPOSE = `services:
  app:
    image: acme/app
    build:
      context: .
      args:
        ENV: local
`;
const rules = (list: readonly { readonly code?: unknown }[] | undefined) => list?.map(({ code }) => code);

describe('diagnostics', () => {
  it('are pushed for what is open, by its unsaved text, and taken away when it is closed', async () => {
    const s = session(folderWith({ Dockerfile: 'FROM debian:12\n' }));
    await s.initialize();
    s.open('Dockerfile', DOCKERFILE);
    await s.until(() => (s.pushed.get('Dockerfile')?.length ?? 0) > 0, 'a finding');
    const [finding] = s.pushed.get('Dockerfile') ?? [];
    expect(finding).toMatchObject({
      code: 'conditional-build-flags',
      source: 'envariant',
      range: { start: { line: 2, character: 4 } },
      codeDescription: { href: 'https://unpkg.com/envariant/rules/conditional-build-flags/README.md' },
    });
    expect(finding?.message).toContain('ENV=local: go build -race -o /app .');
    expect(finding?.relatedInformation?.map(({ message }) => message)).toContain('ENV is declared here');
    s.change('Dockerfile', 2, 'FROM debian:12\n');
    await s.until(() => s.pushed.get('Dockerfile')?.length === 0, 'no finding');
    s.change('Dockerfile', 3, DOCKERFILE);
    await s.until(() => s.pushed.get('Dockerfile')?.length === 1, 'a finding again');
    void s.client.sendNotification('textDocument/didClose', { textDocument: { uri: s.uri('Dockerfile') } });
    await s.until(() => s.pushed.get('Dockerfile')?.length === 0, 'nothing for a closed file');
  });

  it('follow an edit in compose.yaml into the Dockerfile that it builds', async () => {
    const s = session(
      folderWith({ 'app/Dockerfile': DOCKERFILE, 'compose.yaml': COMPOSE.replace('context: .', 'context: app') }),
    );
    await s.initialize();
    s.open('app/Dockerfile', DOCKERFILE);
    const passed = () =>
      s.pushed.get('app/Dockerfile')?.[0]?.relatedInformation?.find(({ message }) => message.includes('passes ENV'));
    await s.until(() => passed() !== undefined, 'the caller');
    expect(passed()).toMatchObject({ location: { uri: s.uri('compose.yaml') } });
    expect(passed()?.message).toContain('passes ENV=local');
    // The file on the disk still says otherwise.
    s.open('compose.yaml', COMPOSE.replace('context: .', 'context: app').replace('ENV: local', 'ENV: testing'), 'yaml');
    await s.until(() => passed()?.message.includes('ENV=testing') === true, 'the new argument');
    s.change('compose.yaml', 2, 'services: {}\n');
    await s.until(() => passed() === undefined && s.pushed.get('app/Dockerfile')?.length === 1, 'no caller');
  });

  it('of a linked file are pushed although it is not open', async () => {
    const text = COMPOSE.replace('ENV: local', 'ENVIRONMENT: local');
    const s = session(folderWith({ Dockerfile: DOCKERFILE, 'compose.yaml': text }));
    await s.initialize();
    s.open('Dockerfile', DOCKERFILE);
    await s.until(
      () => rules(s.pushed.get('compose.yaml'))?.includes('unknown-build-argument') === true,
      'the finding',
    );
    s.change('Dockerfile', 2, DOCKERFILE.replace('ARG ENV', 'ARG ENV\nARG ENVIRONMENT'));
    await s.until(() => s.pushed.get('compose.yaml')?.length === 0, 'no finding');
  });

  it('of a Dockerfile follow an edit in the script that it runs', async () => {
    const dockerfile = 'FROM debian:12\nARG ENV\nCOPY install.sh /\nRUN sh /install.sh\n';
    const script = (pkg: string) => `#!/bin/sh\nif [ "$ENV" = dev ]; then apt-get install -y ${pkg}; fi\n`;
    const s = session(folderWith({ Dockerfile: dockerfile, 'install.sh': script('gdb') }));
    await s.initialize();
    s.open('Dockerfile', dockerfile);
    await s.until(() => (s.pushed.get('install.sh')?.length ?? 0) > 0, 'a finding in the script');
    s.open('install.sh', script('strace'), 'shellscript');
    await s.until(() => String(s.pushed.get('install.sh')?.[0]?.message).includes('strace'), 'the new text');
  });

  it('are pulled, with those of linked files, unchanged ones by their id, and the client is told to pull again', async () => {
    const text = COMPOSE.replace('ENV: local', 'ENVIRONMENT: local');
    const s = session(folderWith({ Dockerfile: DOCKERFILE, 'compose.yaml': text }));
    await s.initialize({
      textDocument: { diagnostic: { relatedDocumentSupport: true } },
      workspace: { diagnostics: { refreshSupport: true } },
    });
    s.open('Dockerfile', DOCKERFILE);
    await s.until(() => s.refreshes() > 0, 'a refresh');
    await s.client.sendRequest('workspace/diagnostic', { previousResultIds: [] });
    const pull = (previousResultId?: string) =>
      s.client.sendRequest<{ kind: string; resultId: string; items?: { code: string }[]; relatedDocuments?: object }>(
        'textDocument/diagnostic',
        { textDocument: { uri: s.uri('Dockerfile') }, previousResultId },
      );
    const first = await pull();
    expect(first.kind).toBe('full');
    expect(rules(first.items)).toEqual(['conditional-build-flags']);
    expect(first.relatedDocuments).toMatchObject({
      [s.uri('compose.yaml')]: { kind: 'full', items: [{ code: 'unknown-build-argument' }] },
    });
    expect(await pull(first.resultId)).toEqual({ kind: 'unchanged', resultId: first.resultId });
    const before = s.refreshes();
    s.open('compose.yaml', COMPOSE, 'yaml');
    await s.until(() => s.refreshes() > before, 'another refresh');
    expect(s.pushed.size).toBe(0);
  });

  it('of the workspace have every build file', async () => {
    const s = session(folderWith({ 'a/Dockerfile': DOCKERFILE, 'b/Dockerfile': 'FROM debian:12\n' }));
    await s.initialize();
    const { items } = await s.client.sendRequest<{ items: { uri: string; items: unknown[] }[] }>(
      'workspace/diagnostic',
      {
        previousResultIds: [],
      },
    );
    expect(items.map(({ uri, items: list }) => [uri, list.length])).toEqual([
      [s.uri('a/Dockerfile'), 1],
      [s.uri('b/Dockerfile'), 0],
    ]);
  });

  it('follow the disk when the client tells of a change', async () => {
    const s = session(folderWith({ Dockerfile: DOCKERFILE }));
    await s.initialize();
    s.open('Dockerfile', DOCKERFILE);
    await s.until(() => s.pushed.get('Dockerfile')?.length === 1, 'a finding');
    s.write('compose.yaml', COMPOSE);
    void s.client.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: s.uri('compose.yaml'), type: 1 }],
    });
    await s.until(
      () =>
        s.pushed.get('Dockerfile')?.[0]?.relatedInformation?.some(({ message }) => message.includes('passes')) === true,
      'the new caller',
    );
  });

  it('are made with the settings, which are loaded again when their file changes', async () => {
    let level: 'off' | 'error' = 'off';
    const s = session(folderWith({ Dockerfile: DOCKERFILE }), {
      loadChoices: async () => ({
        choices: level === 'off' ? { settings: { ...(await settingsOff()) } } : {},
        faults: level === 'off' ? [{ file: '/x', message: 'something is odd' }] : [],
        files: [],
      }),
    });
    await s.initialize();
    s.open('Dockerfile', DOCKERFILE);
    await s.until(() => s.messages.some((message) => message.includes('something is odd')), 'the warning');
    level = 'error';
    void s.client.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: s.uri('envariant.config.jsonc'), type: 2 }],
    });
    await s.until(() => s.pushed.get('Dockerfile')?.length === 1, 'the finding');
  });
});

async function settingsOff() {
  const { mergeSettings } = await import('../../../src/lint/settings.js');
  return mergeSettings([{ rules: { 'conditional-build-flags': 'off' } }], []);
}

describe('questions', () => {
  const start = async () => {
    const s = session(folderWith({ Dockerfile: DOCKERFILE, 'compose.yaml': COMPOSE }));
    await s.initialize();
    s.open('Dockerfile', DOCKERFILE);
    s.open('compose.yaml', COMPOSE, 'yaml');
    await s.until(() => s.pushed.get('Dockerfile')?.length === 1, 'a finding');
    const ask = <T>(method: string, path: string, text: string, part: string, inside = 0): Promise<T> =>
      s.client.sendRequest(method, {
        textDocument: { uri: s.uri(path) },
        position: positionOf(text, part, inside),
        context: { includeDeclaration: true },
      });
    return { s, ask };
  };

  it('hover shows the value of a variable, a word and a command in each environment', async () => {
    const { ask } = await start();
    const hover = async (part: string, inside = 0) =>
      (await ask<Hover>('textDocument/hover', 'Dockerfile', DOCKERFILE, part, inside)) as unknown;
    expect(await hover('"$ENV"', 2)).toMatchObject({
      contents: { value: expect.stringContaining('| ENV=local | `local` |') },
    });
    expect(await hover('$([', 0)).toMatchObject({
      contents: {
        value:
          '`$([ "$ENV" = local ] && echo -race)`\n\n| environment | value |\n|---|---|\n| ENV=local | `-race` |\n| otherwise | *empty* |',
      },
    });
    expect(await hover('go build', 1)).toMatchObject({
      contents: { kind: 'markdown', value: expect.stringContaining('| ENV=local | `go build -race -o /app .` |') },
      range: { start: { line: 2, character: 4 } },
    });
    expect(await hover('debian:12')).toMatchObject({
      contents: { value: '`debian:12` is `debian:12` in every environment.' },
    });
    expect(await hover('AS build', 30)).not.toBeNull();
  });

  it('definition goes from an argument that is passed to its declaration, and back', async () => {
    const { s, ask } = await start();
    expect(await ask<Location[]>('textDocument/definition', 'compose.yaml', COMPOSE, 'ENV:', 1)).toMatchObject([
      { uri: s.uri('Dockerfile'), range: { start: { line: 1, character: 4 } } },
    ]);
    expect(await ask<Location[]>('textDocument/definition', 'Dockerfile', DOCKERFILE, 'ARG ENV', 5)).toMatchObject([
      { uri: s.uri('compose.yaml'), range: { start: positionOf(COMPOSE, 'ENV:') } },
    ]);
    expect(await ask<Location[]>('textDocument/definition', 'Dockerfile', DOCKERFILE, '"$ENV"', 3)).toMatchObject([
      { uri: s.uri('Dockerfile'), range: { start: { line: 1, character: 4 } } },
    ]);
    expect(await ask<Location[]>('textDocument/references', 'compose.yaml', COMPOSE, 'ENV:', 1)).toHaveLength(2);
    expect(await ask<Location[]>('textDocument/definition', 'Dockerfile', DOCKERFILE, 'FROM debian', 1)).toMatchObject([
      { uri: s.uri('compose.yaml') },
    ]);
  });

  it('goes from a command in a makefile to the ARG and back', async () => {
    const makefile = 'image:\n\tdocker build -t acme/app --build-arg ENV=testing --build-arg OTHER=1 .\n';
    const s = session(folderWith({ Dockerfile: DOCKERFILE, Makefile: makefile }));
    await s.initialize();
    s.open('Makefile', makefile, 'makefile');
    s.open('Dockerfile', DOCKERFILE);
    const definition = (path: string, text: string, part: string) =>
      s.client.sendRequest<Location[]>('textDocument/definition', {
        textDocument: { uri: s.uri(path) },
        position: positionOf(text, part),
      });
    expect(await definition('Makefile', makefile, 'ENV=testing')).toMatchObject([
      { uri: s.uri('Dockerfile'), range: { start: { line: 1, character: 4 } } },
    ]);
    expect(await definition('Makefile', makefile, 'OTHER')).toEqual([]);
    expect(await definition('Dockerfile', DOCKERFILE, 'ENV\n')).toMatchObject([
      { uri: s.uri('Makefile'), range: { start: positionOf(makefile, 'ENV=testing') } },
    ]);
  });

  it('links lead from a caller to its Dockerfile and from FROM to the caller', async () => {
    const { s } = await start();
    const links = (path: string) =>
      s.client.sendRequest<DocumentLink[]>('textDocument/documentLink', { textDocument: { uri: s.uri(path) } });
    expect(await links('compose.yaml')).toMatchObject([{ target: `${s.uri('Dockerfile')}#L4`, tooltip: 'Dockerfile' }]);
    expect(await links('Dockerfile')).toMatchObject([
      {
        range: { start: { line: 3, character: 0 }, end: { line: 3, character: 4 } },
        target: expect.stringMatching(/compose\.yaml#L\d+$/),
        tooltip: 'built by service app in compose.yaml',
      },
    ]);
  });

  it('hints name the environments at a command that differs, unless they are switched off', async () => {
    const { s } = await start();
    const hints = () =>
      s.client.sendRequest<InlayHint[]>('textDocument/inlayHint', {
        textDocument: { uri: s.uri('Dockerfile') },
        range: { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } },
      });
    expect(await hints()).toMatchObject([{ label: 'ENV=local ≠ otherwise', position: { line: 2, character: 58 } }]);
    void s.client.sendNotification('workspace/didChangeConfiguration', {
      settings: { envariant: { inlayHints: false } },
    });
    expect(await hints()).toEqual([]);
  });

  it('hints stay short where the names of environments are long', async () => {
    const { s } = await start();
    const long = 'an-environment-whose-name-goes-on-and-on-for-longer-than-anybody-would-read';
    s.change('Dockerfile', 2, DOCKERFILE.replaceAll('local', long));
    const hints = await s.client.sendRequest<{ label: string }[]>('textDocument/inlayHint', {
      textDocument: { uri: s.uri('Dockerfile') },
      range: { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } },
    });
    expect(hints.map(({ label }) => label)).toEqual(['ENV=an-environment-whose-name-goes-on-a… ≠ otherwise']);
  });

  it('actions fix, suppress and show the page', async () => {
    const text = 'ARG ENV\nFROM debian:12\nRUN set -e; \\\n    if [ "$ENV" == prod ]; then make; fi\n';
    const s = session(folderWith({ Dockerfile: text }));
    await s.initialize({ workspace: { workspaceEdit: { documentChanges: true } } });
    s.open('Dockerfile', text);
    await s.until(() => (s.pushed.get('Dockerfile')?.length ?? 0) > 0, 'findings');
    const actions = (only?: string[]) =>
      s.client.sendRequest<CodeAction[]>('textDocument/codeAction', {
        textDocument: { uri: s.uri('Dockerfile') },
        range: { start: { line: 3, character: 10 }, end: { line: 3, character: 10 } },
        context: { diagnostics: s.pushed.get('Dockerfile'), ...(only === undefined ? {} : { only }) },
      });
    const all = await actions();
    expect(all.map(({ title }) => title)).toEqual([
      'Declare ENV in this stage',
      'Suppress dead-selector here',
      'Open the page of dead-selector',
      'Apply all safe fixes of Envariant',
    ]);
    expect(all[0]).toMatchObject({
      kind: 'quickfix',
      isPreferred: true,
      diagnostics: [{ code: 'dead-selector' }],
      edit: {
        documentChanges: [
          {
            textDocument: { uri: s.uri('Dockerfile'), version: 1 },
            edits: [
              { range: { start: { line: 2, character: 0 }, end: { line: 2, character: 0 } }, newText: 'ARG ENV\n' },
            ],
          },
        ],
      },
    });
    // Above the instruction, not between its lines.
    expect(all[1]?.edit?.documentChanges?.[0]).toMatchObject({
      edits: [
        {
          range: { start: { line: 2, character: 0 } },
          newText: '# envariant-ignore dead-selector -- reason\n',
        },
      ],
    });
    expect(all[2]?.command).toMatchObject({ command: 'envariant.openRulePage' });
    expect((await actions(['source.fixAll'])).map(({ kind }) => kind)).toEqual(['source.fixAll.envariant']);
    expect((await actions(['refactor'])).length).toBe(0);
  });
});
