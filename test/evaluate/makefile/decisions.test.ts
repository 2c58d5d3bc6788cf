/* Where a makefile decides: at the line that asks, not where what it decides is used. */
import { describe, expect, it } from 'vitest';
import { projectFindings } from '../../hard-cases/lint.js';

/** The lines where the only finding of a makefile says that it is decided. */
function decided(Makefile: string): readonly number[] {
  const [found] = projectFindings({ Makefile, 'main.go': 'package main\n' });
  return (found?.related ?? []).flatMap(({ message, location }) => (message === 'decided here' ? [location.line] : []));
}

describe('what a program is built with is decided', () => {
  it.each([
    [
      'by a conditional',
      'ENV ?= dev\n\nifneq ($(ENV),prod)\nF = -race\nendif\napp: main.go\n\tgo build $(F) -o app .\n',
      3,
    ],
    [
      'in a variable',
      'ENV ?= dev\n\nF = $(if $(filter prod,$(ENV)),,-race)\napp: main.go\n\tgo build $(F) -o app .\n',
      3,
    ],
    [
      'in a variable of a variable',
      'ENV ?= dev\nG = $(if $(filter prod,$(ENV)),,-race)\nF = -v $(G)\napp: main.go\n\tgo build $(F) -o app .\n',
      2,
    ],
    [
      'in a variable that is simple',
      'ENV ?= dev\n\nF := $(if $(filter prod,$(ENV)),,-race)\napp: main.go\n\tgo build $(F) -o app .\n',
      3,
    ],
    [
      'by the name of a variable',
      'ENV ?= dev\nF_dev = -race\n\nF = $(F_$(ENV))\napp: main.go\n\tgo build $(F) -o app .\n',
      4,
    ],
  ] as const)('%s', (_, text, line) => {
    expect(decided(text)).toEqual([line]);
  });
});
