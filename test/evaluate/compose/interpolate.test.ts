import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDotenv } from '../../../src/evaluate/compose/dotenv.js';
import { interpolate } from '../../../src/evaluate/compose/interpolate.js';
import { mapped } from '../../../src/text/mapped.js';
import { type Answer, type Condition, Space } from '../../../src/value/diagram.js';
import { render, type Text, Texts } from '../../../src/value/text.js';
import { compose, holds, lines, messages } from './run.js';

interface Filled {
  readonly text: Text;
  readonly feasible: Condition;
  readonly problems: readonly string[];
  readonly texts: Texts;
}

/** Fills in variables that are all open. */
function fill(source: string): Filled {
  const space = new Space();
  const texts = new Texts(space);
  let feasible = space.true;
  const problems: string[] = [];
  const text = interpolate(
    {
      texts,
      lookup: (name) => {
        const selector = space.input(name);
        return { set: space.not(space.is(selector, undefined)), text: texts.answer(selector) };
      },
      stop: (where) => {
        feasible = space.and(feasible, space.not(where));
      },
      problem: (place) => problems.push(source.slice(place.start, place.end)),
    },
    mapped(source, 0),
    (span) => ({ file: 'f', ...span }),
  );
  return { text, feasible, problems, texts };
}

/** What a text is in an environment; undefined where compose stops. */
function inEnvironment(
  { text, feasible, texts }: Filled,
  answers: Readonly<Record<string, Answer>>,
): string | undefined {
  if (!holds(texts.space, feasible, answers)) return undefined;
  let known = text;
  for (const name of ['A', 'B', 'C']) known = texts.restrict(known, texts.space.input(name), answers[name]);
  return texts.constant(known) ?? `not known: ${render(known)}`;
}

const of = (source: string, answers: Readonly<Record<string, Answer>> = {}): string | undefined =>
  inEnvironment(fill(source), answers);

describe('variables', () => {
  it.each([
    ['$A-x ${A}', '1-x 1', '-x ', '-x '],
    ['${A:-d}', '1', 'd', 'd'],
    ['${A-d}', '1', '', 'd'],
    ['${A:+r}', 'r', '', ''],
    ['${A+r}', 'r', 'r', ''],
    ['${A:?e}', '1', undefined, undefined],
    ['${A?e}', '1', '', undefined],
    ['${A:-${B:-x}}', '1', 'x', 'x'],
    ['${A:-${B:?e}}', '1', undefined, undefined],
    ['${A:+${B-y}}', 'y', '', ''],
    ['$$A $${A} $$$A', '$A ${A} $1', '$A ${A} $', '$A ${A} $'],
    ['${A:-a:b?c}', '1', 'a:b?c', 'a:b?c'],
    ['${A:-}', '1', '', ''],
    ['$A.B$A', '1.B1', '.B', '.B'],
    ['${A:-{x}}', '1}', '{x}', '{x}'],
  ])('%s', (source, set, empty, unset) => {
    expect([of(source, { A: '1' }), of(source, { A: '' }), of(source)]).toEqual([set, empty, unset]);
    expect(fill(source).problems).toEqual([]);
  });

  it('that cannot be read are problems at their place, and stay', () => {
    for (const [source, where] of [
      ['a $(b)', '$'],
      ['${A/x/y}', '${A/x/y}'],
      ['x ${}', '${}'],
      ['${A', '$'],
      ['cost: 5$', '$'],
      ['$1', '$'],
      ['${A:-${1}}', '${1}'],
    ] as const)
      expect([source, fill(source).problems]).toEqual([source, [where]]);
    expect(of('a $(b)')).toBe('a $(b)');
  });

  it('that are nested deeply or are many end', () => {
    const start = performance.now();
    expect(fill(`${'${A:-'.repeat(300)}x${'}'.repeat(300)}`).problems.length).toBeGreaterThan(0);
    fill('${'.repeat(20_000));
    fill('$A'.repeat(5_000));
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

/** A word with variables, and what it is in an environment. */
interface Word {
  readonly source: string;
  of(answers: Readonly<Record<string, Answer>>): string | undefined;
}

const literal = fc.constantFrom('x', 'a-b', ':', 'y?', '+', '').map((text): Word => ({ source: text, of: () => text }));
const escaped: fc.Arbitrary<Word> = fc.constant({ source: '$$', of: () => '$' });
const name = fc.constantFrom('A', 'B', 'C');
const { word } = fc.letrec<{ word: Word; part: Word }>((tie) => ({
  word: fc.array(tie('part'), { minLength: 1, maxLength: 3 }).map(
    (parts): Word => ({
      source: parts.map(({ source }) => source).join(''),
      of: (answers) => {
        const texts = parts.map((part) => part.of(answers));
        return texts.includes(undefined) ? undefined : texts.join('');
      },
    }),
  ),
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    literal,
    escaped,
    name.map((n): Word => ({ source: `\${${n}}`, of: (answers) => answers[n] ?? '' })),
    fc.tuple(name, fc.constantFrom(':-', '-', ':+', '+', ':?', '?'), tie('word')).map(
      ([n, operator, inner]): Word => ({
        source: `\${${n}${operator}${inner.source}}`,
        of: (answers) => {
          const value = answers[n];
          const usable = value !== undefined && (value !== '' || !operator.startsWith(':'));
          if (operator.endsWith('-')) return usable ? value : inner.of(answers);
          if (operator.endsWith('+')) return usable ? inner.of(answers) : '';
          return usable ? value : undefined;
        },
      }),
    ),
  ),
}));
const answer = fc.constantFrom(undefined, '', 'x', 'prod');

describe('interpolation', () => {
  it('is in every environment what it is in that environment alone', () => {
    fc.assert(
      fc.property(
        word,
        fc.array(fc.record({ A: answer, B: answer, C: answer }), { minLength: 1, maxLength: 8 }),
        (w, all) => {
          const filled = fill(w.source);
          expect(filled.problems).toEqual([]);
          for (const answers of all) expect(inEnvironment(filled, answers)).toBe(w.of(answers));
        },
      ),
      { seed: 20_251_126, numRuns: 1500 },
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'${}:-+?AB_1 \n'), maxLength: 40 }), (source) => {
        expect(typeof render(fill(source).text)).toBe('string');
      }),
      { seed: 20_251_126, numRuns: 3000 },
    );
  });
});

describe('dotenv files', () => {
  const read = (text: string): Readonly<Record<string, string>> =>
    Object.fromEntries(parseDotenv(text).entries.map((entry) => [entry.name, entry.value]));

  it('have comments, quotes, exports and blanks', () => {
    expect(
      read(
        '# c\n\nA=1\nexport B=two words  \nC="x # y" # c\nD=\'$A\'\nE=v # c\nF=v#c\n  G = h \nH=\nI: yaml\nJ=#c\r\nK=1\r\nA.b-c[0]=x',
      ),
    ).toEqual({
      A: '1',
      B: 'two words',
      C: 'x # y',
      D: '$A',
      E: 'v',
      F: 'v#c',
      G: 'h',
      H: '',
      I: 'yaml',
      J: '',
      K: '1',
      'A.b-c[0]': 'x',
    });
  });

  it('have several lines in quotes, and escapes in double ones', () => {
    expect(read('A="x\ny"\nB=\'p\nq\'\nC="a\\nb\\"c\\$d\\x"\n')).toEqual({
      A: 'x\ny',
      B: 'p\nq',
      C: 'a\nb"c$$d\\x',
    });
  });

  it('report what is no assignment, with its place', () => {
    const text = 'A=1\nsome words\nB="x\nC=2\n';
    const { entries, problems } = parseDotenv(text);
    expect(problems.map(({ at, message }) => [text.slice(at.start, at.end), message])).toEqual([
      ['some words', 'this line is no assignment; compose stops here'],
      ['"x', 'this quote is not closed; compose stops here'],
    ]);
    expect(entries.map((entry) => entry.name)).toEqual(['A', 'C']);
  });

  it('never throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'AB=\'"#$ \n\\:{}export'), maxLength: 40 }), (text) => {
        for (const { at } of parseDotenv(text).entries) expect(at.end).toBeLessThanOrEqual(text.length);
      }),
      { seed: 20_251_126, numRuns: 3000 },
    );
  });

  const image = (text: string): string => `services: {web: {image: "${text}", build: .}}`;

  it('fill in variables, but not in single quotes', () => {
    const project = { 'compose.yaml': image('$A|$B|$C|$D'), '.env': 'A=1\nB=$A-${X:-d}\nC=\'$A\'\nD="$A\\$A"\n' };
    expect(lines(compose(project, { closed: true }))).toEqual(['web /:Dockerfile -t 1|1-d|$A|1$A']);
  });

  it('stand below the environment, and above what the host happens to have', () => {
    const project = { 'compose.yaml': image('$A'), '.env': 'A=file\nB=$A\n' };
    expect(lines(compose(project, { environment: { A: 'env' } }))).toEqual(['web /:Dockerfile -t env']);
    expect(lines(compose(project), { A: 'host' })).toEqual(['web /:Dockerfile -t file']);
    expect(lines(compose(project, { environment: { COMPOSE_DISABLE_ENV_FILE: '1' }, closed: true }))).toEqual([
      'web /:Dockerfile -t ⟨project⟩-web',
    ]);
  });

  it('of --env-file replace .env, later ones first', () => {
    const project = { 'compose.yaml': image('$A|$B|$C'), '.env': 'C=no', 'a.env': 'A=1\nB=1', 'b.env': 'B=2' };
    expect(lines(compose(project, { envFiles: ['a.env', 'b.env'], closed: true }))).toEqual([
      'web /:Dockerfile -t 1|2|',
    ]);
  });

  it('are read where the project is', () => {
    const project = { 'x/compose.yaml': image('${A:-none}'), '.env': 'A=root', 'x/.env': 'A=x' };
    expect(lines(compose(project, { paths: ['x/compose.yaml'] }))).toEqual(['web /x:x/Dockerfile -t x']);
  });

  it('have examples that are considered where there is none', () => {
    const text = image('${A}-${B}');
    const found = compose({ 'compose.yaml': text, '.env.example': 'A=staging\nOTHER=1\n' });
    expect([...found.space.input('A').mentioned]).toContain('staging');
    expect(found.space.input('OTHER').mentioned.size).toBe(0);
    const committed = compose({ 'compose.yaml': text, '.env.example': 'A=staging\n', '.env': 'X=1' });
    expect([...committed.space.input('A').mentioned]).not.toContain('staging');
  });

  it('are noted where they are damaged', () => {
    expect(messages(compose({ 'compose.yaml': image('a'), '.env': 'what is this' }))).toEqual([
      'this line is no assignment; compose stops here',
    ]);
  });
});

describe('environments that compose stops in', () => {
  it('are none of the builds', () => {
    const found = compose({ 'compose.yaml': 'services: {web: {build: .}, db: {image: "db:${V:?no version}"}}' });
    expect(lines(found, {})).toEqual([]);
    expect(lines(found, { V: '1' })).toEqual(['web /:Dockerfile -t ⟨project⟩-web']);
  });
});
