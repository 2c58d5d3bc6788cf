/** What makefiles of others have shown to be different from GNU make 4.3 (npm run oracle:cases). */
import { describe, expect, it } from 'vitest';
import { type Makefile, runGoals } from '../../../src/evaluate/makefile/index.js';
import { fixed, open } from './run.js';

function lines(makefile: Makefile, ...goals: readonly string[]): readonly (string | undefined)[] {
  return runGoals(makefile, goals).map(({ text }) => makefile.machine.texts.constant(text));
}

describe('a recipe line', () => {
  it('is joined inside of `$$(…)` too, where make takes the second dollar for a reference', () => {
    const makefile = fixed('all:\n\tx=$$(for f in a; do \\\n\t\techo $$f; \\\n\tdone); \\\n\techo $$x\n', {}, {}, []);
    expect(lines(makefile, 'all')).toEqual(['x=$(for f in a; do echo $f; done); \\\necho $x']);
  });
});

describe('a static pattern rule', () => {
  it('has a stem for a target that differs between environments', () => {
    const makefile = open('ARCHS ?= amd64\nIMAGES = $(addprefix image-,$(ARCHS))\n$(IMAGES): image-%:\n\tbuild $*\n');
    const [line] = runGoals(makefile, [makefile.defaultGoal]);
    const { texts, space } = makefile.machine;
    if (line === undefined) throw new Error('no recipe');
    expect(texts.constant(texts.restrict(line.text, space.input('ARCHS'), undefined))).toBe('build amd64');
  });
});

describe('lines with a tab behind a rule that only some environments have', () => {
  const makefile = open(
    'LIBS =\nifeq ($(OS),msvc)\ncompat.o: compat.c\nendif\nifeq ($(OS),minix)\n\tLIBS = -lgen\n\tifdef OLD\n\t\tLIBS += -lold\n\tendif\nendif\nall: ;link $(LIBS)\n',
  );
  const [line] = runGoals(makefile, ['all']);
  const { texts, space } = makefile.machine;
  const linked = (OS: string, OLD?: string): string | undefined => {
    const text = line?.text ?? texts.empty;
    return texts.constant(texts.restrict(texts.restrict(text, space.input('OS'), OS), space.input('OLD'), OLD));
  };

  it('are read as assignments and conditionals where no rule is open', () => {
    expect(linked('minix')).toBe('link -lgen');
    expect(linked('minix', '1')).toBe('link -lgen -lold');
    expect(linked('linux', '1')).toBe('link ');
    expect(makefile.notes).toEqual([]);
  });
});

describe('a name that is put together', () => {
  it('is that of another variable of the environment where a part of it is empty', () => {
    const makefile = open('all:\n\tbuild $(FLAGS_$(ENV))\n');
    const [line] = runGoals(makefile, ['all']);
    const { texts, space } = makefile.machine;
    const unset = texts.restrict(line?.text ?? texts.empty, space.input('ENV'), undefined);
    expect(texts.constant(texts.restrict(unset, space.input('FLAGS_'), '-race'))).toBe('build -race');
  });
});

describe('`target: NAME ?= value` of a name that is defined', () => {
  it('leaves it exported where all are', () => {
    const makefile = fixed('NAME =\nexport\nall: private NAME ?= x\nother: ; run\n', {}, {}, []);
    const [line] = runGoals(makefile, ['other']);
    expect(line?.environment.get('NAME')?.set).toBe(makefile.machine.space.true);
  });
});

describe('a target that is one of two names', () => {
  it('is found by each of them', () => {
    const makefile = open('X =\nifeq ($(OS),win)\nX = .exe\nendif\nall: app$X\napp$X:\n\tcc -o $@\n');
    expect([...makefile.index.named.keys()].filter((name) => name.startsWith('app')).sort()).toEqual([
      'app',
      'app.exe',
    ]);
  });
});

describe('$(uname -s || echo unknown)', () => {
  it('is what uname says', () => {
    const makefile = open('S := $(shell uname -s 2>/dev/null || echo unknown)\nall:\n');
    expect(makefile.variable('S').value.pieces.map(({ kind }) => kind)).toEqual(['symbol']);
  });
});
