import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import type { Log } from 'sarif';
import { describe, expect, it } from 'vitest';
import type { FormatContext } from '../../src/lint/formatter.js';
import type { Report, ReportFinding } from '../../src/lint/report.js';
import { formatters } from '../../src/report/formats.js';
import { finding, locate, report, story, storyFinding } from './samples.js';

const context: FormatContext = {
  width: 80,
  colour: false,
  textOf: (file) => (file === 'Dockerfile' ? story : undefined),
  rules: [
    { id: 'other', summary: 'Another rule', category: 'ambient-input', severity: 'warning', url: '' },
    {
      id: storyFinding.rule,
      summary: 'The race detector is compiled in for some',
      category: 'conditional-build',
      severity: 'error',
      url: storyFinding.url,
    },
  ],
  version: '1.2.3',
};

function format(name: string, what: Report): string {
  const found = formatters.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no format ${name}`);
  return found.format(what, context);
}

/** A finding in which everything has something to escape. */
const hostile = finding(locate('Dockerfile', story, 'ARG ENV'), {
  rule: 'other',
  severity: 'warning',
  message: 'a|b `c|d` <x> & "100%": it\'s\u001b[2J, é',
  variants: [
    { when: { ENV: ['a|b'] }, value: 'x `y` | <z>' },
    { when: 'otherwise', value: null },
  ],
  fixes: [{ title: 'Remove it', safe: true, edits: [{ file: 'Dockerfile', start: 26, end: 34, text: 'ARG ENV=x\n' }] }],
});
const notes = [{ location: locate('Dockerfile', story, 'COPY'), message: 'a limit: 1,2' }];
const both = report([storyFinding, hostile], notes);

const require = createRequire(import.meta.url);
const schemaFile = require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
const { $schema: _, id: __, ...schema }: Record<string, unknown> = JSON.parse(readFileSync(schemaFile, 'utf8'));
const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, allErrors: true }).compile(
  schema,
);

function sarifOf(what: Report): Log {
  const log: Log = JSON.parse(format('sarif', what));
  validate(log);
  expect(validate.errors ?? []).toEqual([]);
  return log;
}

describe('sarif', () => {
  it('is valid by the schema, with rules, related places, variants, fixes and notes', () => {
    const [run] = sarifOf(both).runs;
    expect(run?.tool.driver.rules?.map(({ id }) => id)).toEqual(['other', 'conditional-race-detector']);
    expect(run?.tool.driver.rules?.[1]).toMatchObject({
      helpUri: storyFinding.url,
      help: { markdown: expect.stringContaining(storyFinding.url) },
    });
    expect(run?.results?.map(({ ruleId, ruleIndex, level }) => [ruleId, ruleIndex, level])).toEqual([
      ['conditional-race-detector', 1, 'error'],
      ['other', 0, 'warning'],
    ]);
    const [first, second] = run?.results ?? [];
    expect(first?.locations?.[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'Dockerfile' },
      region: { startLine: 3, startColumn: 14, endLine: 3, endColumn: 68 },
    });
    expect(first?.relatedLocations?.[0]?.message?.text).toBe('ENV comes from here');
    expect(first?.message.text).toContain('ENV=local, testing → go build -race -o cli ./cmd/service');
    expect(first?.partialFingerprints?.['envariant/v1']).toMatch(/^[0-9a-f]{32}$/);
    expect(second?.fixes?.[0]?.artifactChanges[0]?.replacements[0]).toEqual({
      deletedRegion: { startLine: 2, startColumn: 1, endLine: 3, endColumn: 1 },
      insertedContent: { text: 'ARG ENV=x\n' },
    });
    expect(run?.invocations?.[0]?.toolExecutionNotifications?.[0]?.message.text).toBe('a limit: 1,2');
  });

  it('has what is suppressed, with why and where, and says of all else that it is not', () => {
    const location = locate('Dockerfile', story, 'COPY');
    const comment = { kind: 'comment', reason: 'we know "it"', location } as const;
    const suppressed = [
      { ...storyFinding, suppression: comment },
      { ...storyFinding, rule: 'unlisted', suppression: { ...comment, reason: '' } },
      { ...hostile, suppression: { kind: 'baseline' } as const },
    ];
    const [run] = sarifOf({ ...both, suppressed }).runs;
    const place = { physicalLocation: { artifactLocation: { uri: 'Dockerfile' }, region: expect.anything() } };
    expect(run?.results?.map(({ ruleId, suppressions }) => [ruleId, suppressions])).toEqual([
      ['conditional-race-detector', []],
      ['other', []],
      ['conditional-race-detector', [{ kind: 'inSource', justification: 'we know "it"', location: place }]],
      ['unlisted', [{ kind: 'inSource', location: place }]],
      ['other', [{ kind: 'external' }]],
    ]);
    // What is suppressed does not change how the rest is recognised.
    const prints = run?.results?.map(({ partialFingerprints }) => partialFingerprints?.['envariant/v1']);
    const alone = sarifOf(both).runs[0]?.results?.map((one) => one.partialFingerprints?.['envariant/v1']);
    expect(prints?.slice(0, 2)).toEqual(alone);
    expect(new Set(prints).size).toBe(5);
    expect(sarifOf(both).runs[0]?.results?.some((one) => 'suppressions' in one)).toBe(false);
  });

  it('is valid without findings, and for any text and path', () => {
    sarifOf(report([]));
    const anyText = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(
        anyText,
        anyText.filter((path) => path !== ''),
        (message, file) => {
          sarifOf(report([finding({ ...storyFinding.location, file }, { message })]));
        },
      ),
      { seed: 5, numRuns: 60 },
    );
  });
});

describe('the other formats', () => {
  it('compact: a line each', () => {
    expect(format('compact', both).split('\n')).toEqual([
      'Dockerfile:3:14: error: The Go race detector is compiled into cli in some environments only. [conditional-race-detector]',
      'Dockerfile:2:1: warning: a|b `c|d` <x> & "100%": it\'s␛[2J, é [other]',
      'Dockerfile:5:1: note: a limit: 1,2',
      '',
    ]);
    expect(format('compact', report([]))).toBe('');
  });

  it('github: escapes what would end a property or the message', () => {
    expect(format('github', report([hostile], notes)).split('\n')).toEqual([
      '::warning file=Dockerfile,line=2,endLine=2,col=1,endColumn=8,title=envariant%3A other::a|b `c|d` <x> & "100%25": it\'s␛[2J, é%0AENV=a|b → x `y` | <z>%0Aotherwise → (not run)',
      '::notice file=Dockerfile,line=5,endLine=5,col=1,endColumn=5,title=envariant::a limit: 1,2',
      '',
    ]);
  });

  it('gitlab: relative paths, known severities, different fingerprints', () => {
    const issues: { fingerprint: string; severity: string; location: object }[] = JSON.parse(format('gitlab', both));
    expect(issues.map(({ severity }) => severity)).toEqual(['major', 'minor', 'info']);
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(3);
    expect(issues[0]?.location).toEqual({ path: 'Dockerfile', lines: { begin: 3, end: 3 } });
    expect(JSON.parse(format('gitlab', report([])))).toEqual([]);
  });

  it('junit: errors and warnings fail, infos and notes do not, and a clean run has a case', () => {
    const xml = format('junit', report([storyFinding, { ...hostile, severity: 'info' }], notes));
    expect(xml).toContain('<testsuites name="envariant" tests="3" failures="1">');
    expect(xml).toContain('<testsuite name="Dockerfile" tests="3" failures="1">');
    expect(xml.match(/<failure /g)).toHaveLength(1);
    expect(xml).toContain('a|b `c|d` &lt;x&gt; &amp; &quot;100%&quot;: it&apos;s␛[2J, é');
    expect(format('junit', report([], [], 2))).toContain('<testcase classname="envariant" name="2 build files');
  });

  it('checkstyle: a file with its errors', () => {
    expect(format('checkstyle', report([storyFinding]))).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>
<checkstyle version="4.3">
  <file name="Dockerfile">
    <error line="3" column="14" severity="error" message="The Go race detector is compiled into cli in some environments only." source="envariant.conditional-race-detector"/>
  </file>
</checkstyle>
`,
    );
  });

  it('rdjson: columns count bytes', () => {
    const text = 'FROM x\nRUN écho "$ENV"\n';
    const at = finding(locate('Dockerfile', text, '"$ENV"'));
    const json = formatters
      .find(({ name }) => name === 'rdjson')
      ?.format(report([at]), { ...context, textOf: () => text });
    const [first] = JSON.parse(json ?? '').diagnostics;
    expect(first.location).toEqual({
      path: 'Dockerfile',
      range: { start: { line: 2, column: 11 }, end: { line: 2, column: 17 } },
    });
    const [, second] = JSON.parse(format('rdjson', both)).diagnostics;
    expect(second.suggestions).toEqual([
      { range: { start: { line: 2, column: 1 }, end: { line: 3, column: 1 } }, text: 'ARG ENV=x\n' },
    ]);
  });

  it('markdown: a table that no text breaks', () => {
    const text = format('markdown', both);
    expect(text).toContain('1 error, 1 warning in 1 build file.');
    const rows = text.split('\n').filter((line) => line.startsWith('| '));
    expect(rows).toContain(
      '| ⚠️ warning | `Dockerfile:2:1` | `other` | a\\|b `c\\|d` &lt;x&gt; &amp; "100%": it\'s␛\\[2J, é |',
    );
    expect(rows).toContain('| ENV=a\\|b | ``x `y` \\| <z>`` |');
    for (const row of rows) expect([2, 4]).toContain(row.split(/(?<!\\)\|/).length - 2);
    expect(format('markdown', report([]))).toBe(
      '## Envariant\n\n✅ 1 build file: no difference between environments found.\n',
    );
  });
});

it.each(formatters.map((one) => [one.name, one] as const))(
  '%s never writes what a terminal would obey',
  (_name, one) => {
    const message = 'a\u001b[2J\u009b31m\u202e\u2028z';
    const nasty: ReportFinding = finding({ ...storyFinding.location, file: `D${message}` }, { message, help: message });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(one.format(report([nasty]), context)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/);
  },
);
