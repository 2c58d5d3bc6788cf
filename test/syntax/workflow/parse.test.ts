import { describe, expect, it } from 'vitest';
import { parseExpression } from '../../../src/syntax/workflow/expression.js';
import { parseAction, parseWorkflow } from '../../../src/syntax/workflow/parse.js';
import { parseTemplate } from '../../../src/syntax/workflow/template.js';
import { mapped } from '../../../src/text/mapped.js';
import type { Problem } from '../../../src/text/span.js';

describe('expressions', () => {
  it('are plain data', () => {
    expect(parseExpression(" GitHub.ref == 'a''b''c' && !steps['x'].outputs.* ")).toEqual({
      kind: 'expression',
      tree: {
        kind: 'logical',
        operator: '&&',
        parts: [
          {
            kind: 'compare',
            operator: '==',
            left: { kind: 'access', of: { kind: 'context', name: 'github' }, index: { kind: 'literal', value: 'ref' } },
            right: { kind: 'literal', value: "a'b'c" },
          },
          {
            kind: 'not',
            of: {
              kind: 'access',
              of: {
                kind: 'access',
                of: {
                  kind: 'access',
                  of: { kind: 'context', name: 'steps' },
                  index: { kind: 'literal', value: 'x' },
                },
                index: { kind: 'literal', value: 'outputs' },
              },
              index: '*',
            },
          },
        ],
      },
    });
  });

  it.each([
    ['', 0],
    ['a', 0],
    ['github.', 6],
    ["'open", 0],
    ['1 +', 2],
    ['(github', 1],
    ['github\n  .ref ]', 14],
  ])('that are wrong have a place: %j at %d', (text, at) => {
    const parsed = parseExpression(text);
    expect([parsed.kind, parsed.kind === 'wrong' && parsed.at]).toEqual(['wrong', at]);
  });

  it('that are nested or long beyond reason are wrong', () => {
    expect(parseExpression('('.repeat(100_000)).kind).toBe('wrong');
    expect(parseExpression(`${'!'.repeat(20_000)}true`).kind).toBe('wrong');
    expect(parseExpression(`'${'x'.repeat(30_000)}'`).kind).toBe('wrong');
  });
});

describe('templates', () => {
  it('are split at expressions, whose strings may have braces', () => {
    const problems: Problem[] = [];
    const { parts } = parseTemplate(mapped("a ${{ '}}' }}b${{ github.ref }}", 10), problems);
    expect(parts.map((part) => (part.kind === 'literal' ? part.value : [part.source]))).toEqual([
      'a ',
      ["'}}'"],
      'b',
      ['github.ref'],
    ]);
    expect(parts.map(({ start, end }) => [start, end])).toEqual([
      [0, 2],
      [2, 13],
      [13, 14],
      [14, 31],
    ]);
    expect(problems).toEqual([]);
  });

  it('that are not closed are an expression to their end', () => {
    const problems: Problem[] = [];
    const { parts } = parseTemplate(mapped('a ${{ github.ref', 10), problems);
    expect(parts.map(({ kind, end }) => [kind, end])).toEqual([
      ['literal', 2],
      ['expression', 16],
    ]);
    expect(problems.map(({ at }) => at)).toEqual([{ start: 12, end: 15 }]);
  });
});

describe('workflows', () => {
  it('are read with all that says where and when jobs run', () => {
    const workflow = parseWorkflow(`name: CI
on:
  push: { branches: main, tags-ignore: [v0] }
  workflow_dispatch: { inputs: { env: { type: choice, options: [a, b], default: a, required: true } } }
defaults: { run: { shell: bash } }
jobs:
  a: { needs: b, environment: prod, container: alpine, continue-on-error: true }
  b:
    needs: [c]
    environment: { name: x }
    steps:
      - just text
      - id: s
        run: x
        working-directory: y
`);
    expect(workflow.problems).toEqual([]);
    const [push, dispatch] = workflow.triggers;
    expect(push?.branches?.map(({ text }) => text)).toEqual(['main']);
    expect([push?.tags, push?.tagsIgnore?.map(({ text }) => text)]).toEqual([undefined, ['v0']]);
    expect(dispatch?.inputs.map(({ name, type, required, options }) => [name, type, required, options])).toEqual([
      ['env', 'choice', true, ['a', 'b']],
    ]);
    const [a, b] = workflow.jobs;
    expect([a?.needs, a?.environment?.text.text, a?.container, a?.forgives, a?.steps]).toEqual([
      ['b'],
      'prod',
      true,
      true,
      [],
    ]);
    expect([b?.needs, b?.environment?.text.text, b?.container]).toEqual([['c'], 'x', false]);
    expect(b?.steps.map(({ id, run, workingDirectory }) => [id, run?.text.text, workingDirectory?.text.text])).toEqual([
      ['s', 'x', 'y'],
    ]);
  });

  it.each([
    '',
    '[]',
    'a',
    'jobs: 1',
    'jobs: { a: 1, b: [x] }',
    'on: [[push]]\njobs: { a: { steps: { x: 1 } } }',
    '- - -',
  ])('that are none have no jobs with steps: %j', (text) => {
    const { jobs } = parseWorkflow(text);
    expect(jobs.flatMap(({ steps }) => steps)).toEqual([]);
  });

  it('have actions beside them', () => {
    const action = parseAction(
      'inputs: { a: { default: 1 } }\noutputs: { o: { value: "${{ steps.s.outputs.o }}" } }\nruns: { using: composite, steps: [{ run: x, shell: sh }] }',
    );
    expect([
      action.using,
      action.inputs.map(({ name }) => name),
      action.outputs.map(({ name }) => name),
      action.steps.length,
    ]).toEqual(['composite', ['a'], ['o'], 1]);
  });
});
