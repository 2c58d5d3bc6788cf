import { describe, expect, it } from 'vitest';
import { type Answers, evaluate, FILE, holds, shown } from './run.js';

/** What an expression is in one environment, as `echo` prints it, by way of a step's output. */
function value(expression: string, answers: Answers = {}, on = 'on: [push, workflow_dispatch]', extra = ''): string {
  const { caller } = evaluate(
    `${on}\njobs:\n  a:\n    runs-on: x\n${extra}    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          tags: |\n            <\${{ ${expression} }}>\n`,
  );
  expect(caller.notes).toEqual([]);
  const found = caller.builds.filter(({ when }) => holds(caller.texts, when, answers));
  return [...new Set(found.flatMap(({ tags }) => tags.map(({ text }) => shown(caller.texts, text, answers))))].join(
    ' | ',
  );
}

const MAIN: Answers = { 'github.ref': 'refs/heads/main', 'github.event_name': 'push' };
const TAG: Answers = { 'github.ref': 'refs/tags/v1.2', 'github.event_name': 'push' };

describe('operators', () => {
  it.each([
    ["'a' == 'A'", 'true'],
    ["'a' != 'A'", 'false'],
    ["'1' == 1", 'true'],
    ["'' == 0", 'true'],
    ['null == 0', 'true'],
    ["null == ''", 'true'],
    ['true == 1', 'true'],
    ["'true' == true", 'false'],
    ["'x' == 0", 'false'],
    ['1 < 2', 'true'],
    ["'10' >= 9", 'true'],
    ["true && 'yes' || 'no'", 'yes'],
    ["false && 'yes' || 'no'", 'no'],
    ["'' || 'no'", 'no'],
    ["0 || 'no'", 'no'],
    ["'0' || 'no'", '0'],
    ["true && '' || 'no'", 'no'],
    ["!'x'", 'false'],
    ["!''", 'true'],
    ["('a')", 'a'],
    ['null', ''],
    ['1.50', '1.5'],
    ["'it''s'", "it's"],
  ])('%s is %s', (expression, result) => {
    expect(value(expression, MAIN)).toBe(`<${result}>`);
  });
});

describe('functions', () => {
  it.each([
    ["contains('Hello', 'ELL')", 'true'],
    ['contains(fromJSON(\'["main","dev"]\'), \'Main\')', 'true'],
    ['contains(fromJSON(\'["main","dev"]\'), \'mai\')', 'false'],
    ["startsWith('Hello', 'he')", 'true'],
    ["endsWith('Hello', 'LO')", 'true'],
    ["format('{0}-{1}-{{0}}', 'a', 2)", 'a-2-{0}'],
    ["join(fromJSON('[1,2]'), '-')", '1-2'],
    ['fromJSON(\'{"A":{"b":[7,8]}}\').a.B[1]', '8'],
    ['fromJSON(\'{"a":"x"}\')[\'A\']', 'x'],
    ['fromJSON(\'[{"n":1},{"n":2}]\').*.n', 'Array'],
    ['join(fromJSON(\'[{"n":1},{"n":2}]\').*.n, \'+\')', '1+2'],
    ["case(false, 'a', true, 'b', 'c')", 'b'],
    ["fromJSON('{}').missing.deeper", ''],
    ["hashFiles('a', 'b')", '⟨hashfiles(a, b)⟩'],
  ])('%s is %s', (expression, result) => {
    expect(value(expression, MAIN)).toBe(`<${result}>`);
  });

  it('gives the JSON of a value', () => {
    // The line feeds of the JSON would end a tag.
    expect(value("contains(toJSON(fromJSON('{\"a\":[1,null]}')), 'null')", MAIN)).toBe('<true>');
    expect(value("toJSON('x')", MAIN)).toBe('<"x">');
  });
});

describe('contexts', () => {
  it('knows the ref by all its names', () => {
    expect(value('github.ref', MAIN)).toBe('<refs/heads/main>');
    expect(value('github.ref_name', MAIN)).toBe('<main>');
    expect(value('GitHub.REF_NAME', TAG)).toBe('<v1.2>');
    expect(value('github.ref_type', MAIN)).toBe('<branch>');
    expect(value('github.ref_type', TAG)).toBe('<tag>');
    expect(value("github.ref_name == 'MAIN'", MAIN)).toBe('<true>');
    expect(value("github.ref_name == 'main'", { ...MAIN, 'github.ref': 'refs/heads/dev' })).toBe('<false>');
    expect(value("startsWith(github.ref, 'refs/tags/v') && 'release' || 'none'", TAG)).toBe('<release>');
    expect(value("startsWith(github.ref, 'refs/tags/v') && 'release' || 'none'", MAIN)).toBe('<none>');
    expect(value("endsWith(github.ref_name, '.2')", TAG)).toBe('<true>');
    expect(value("contains(github.ref, 'tags')", TAG)).toBe('<true>');
    expect(value("github[format('{0}_name', 'event')]", MAIN)).toBe('<push>');
  });

  it('has no two answers to what a ref is called: a tag is no branch', () => {
    const expression =
      "startsWith(github.ref, 'refs/heads/') && startsWith(github.ref, 'refs/tags/') && 'both' || 'one'";
    expect(value(expression)).toBe('<one>');
    expect(value("github.ref_type == 'tag' && github.ref == 'refs/heads/main' && 'both' || 'one'")).toBe('<one>');
  });

  it('takes what it cannot know for unknowns that equal themselves', () => {
    expect(value('github.sha == github.sha', MAIN)).toBe('<true>');
    expect(value('github.event.pull_request.head.sha || github.sha', MAIN)).toBe('<⟨${{ github.sha }}⟩>');
    expect(value('github.repository', MAIN)).toBe('<⟨${{ github.repository }}⟩>');
    expect(value('secrets.token', MAIN)).toBe('<⟨${{ secrets.TOKEN }}⟩>');
    expect(value('vars.region', MAIN)).toBe('<⟨${{ vars.REGION }}⟩>');
    expect(value('runner.os', MAIN)).toBe('<⟨${{ runner.os }}⟩>');
  });

  it('knows variables and secrets by the environment of the job', () => {
    expect(value('vars.REGION', MAIN, 'on: push', '    environment: production\n')).toBe(
      '<⟨${{ vars.REGION }} of production⟩>',
    );
    expect(value('secrets.GITHUB_TOKEN', MAIN, 'on: push', '    environment: production\n')).toBe(
      '<⟨${{ secrets.GITHUB_TOKEN }}⟩>',
    );
  });

  it('mentions the options of an input, and takes its default where it is unset', () => {
    const on = `on:
  workflow_dispatch:
    inputs:
      env: { type: choice, options: [staging, production], default: staging }
      tag: { default: latest }
      debug: { type: boolean, default: false }`;
    const { caller } = evaluate(`${on}\njobs: { a: { steps: [{ run: "echo \${{ inputs.env }}" }] } }`);
    expect([...caller.texts.space.input('inputs.env').mentioned]).toEqual(['staging', 'production']);
    expect(value('inputs.env', { 'inputs.env': 'production' }, on)).toBe('<production>');
    expect(value('inputs.env', { 'inputs.env': 'other' }, on)).toBe('');
    expect(value("inputs.tag || 'none'", { 'inputs.tag': 'v1' }, on)).toBe('<v1>');
    expect(value("inputs.debug && 'on' || 'off'", { 'inputs.debug': 'true' }, on)).toBe('<on>');
    expect(value("inputs.debug && 'on' || 'off'", { 'inputs.debug': 'false' }, on)).toBe('<off>');
    // The payload has texts, and 'false' is true.
    expect(value("github.event.inputs.debug && 'on' || 'off'", { 'inputs.debug': 'false' }, on)).toBe('<on>');
    expect(value("github.event.inputs.ENV == 'PRODUCTION'", { 'inputs.env': 'production' }, on)).toBe('<true>');
  });

  it('has inputs only where somebody starts the workflow', () => {
    const on = 'on:\n  push:\n  workflow_dispatch:\n    inputs: { env: { default: dev } }';
    const push: Answers = { 'github.event_name': 'push', 'inputs.env': 'x' };
    expect(value("inputs.env || 'production'", push, on)).toBe('<production>');
    expect(value("inputs.env || 'production'", { ...push, 'github.event_name': 'workflow_dispatch' }, on)).toBe('<x>');
  });
});

describe('problems', () => {
  it('have the place of what cannot be read', () => {
    const text =
      "on: push\njobs:\n  a:\n    steps:\n      - run: echo ${{ github.ref == }} ${{ nothing.x }} ${{ foo() }} ${{ 'a\n";
    const { caller } = evaluate(text);
    expect(caller.notes.map(({ place, message }) => [place.file, text.slice(place.start, place.end), message])).toEqual(
      [
        [FILE, '=', "this expression cannot be read: Unexpected end of expression: '=='"],
        [FILE, 'n', "this expression cannot be read: Unrecognized named-value: 'nothing'"],
        [FILE, 'f', "this expression cannot be read: Unrecognized function: 'foo'"],
        [FILE, '${{', 'the expression that begins here has no }}'],
      ],
    );
  });
});
