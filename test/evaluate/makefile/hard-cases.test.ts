/** The makefile rows of the hard cases of semantics 7, and what the evaluator promises besides. */
import { describe, expect, it } from 'vitest';
import { executeRun, type Makefile, runGoals } from '../../../src/evaluate/makefile/index.js';
import type { Answer } from '../../../src/value/diagram.js';
import { render, type Text } from '../../../src/value/text.js';
import { fixed, open, printed } from './run.js';

function given(makefile: Makefile, text: Text, answers: Readonly<Record<string, Answer>>): string {
  const { texts, space } = makefile.machine;
  let result = text;
  for (const [name, answer] of Object.entries(answers)) result = texts.restrict(result, space.input(name), answer);
  return render(result);
}

/** The commands of a goal, each as one text, in one environment. */
function commands(makefile: Makefile, goal: string, answers: Readonly<Record<string, Answer>>): string[] {
  const { space } = makefile.machine;
  return runGoals(makefile, [goal]).flatMap((run) => {
    let when = run.when;
    for (const [name, answer] of Object.entries(answers)) when = space.given(when, space.input(name), answer);
    return when === space.true ? [given(makefile, run.text, answers)] : [];
  });
}

const IMAGE = 'image:\n\tdocker build --build-arg ENV=$(ENV) -t app .\n';

describe('hard cases', () => {
  it('10: ?= takes the environment', () => {
    const makefile = open(`ENV ?= testing\n${IMAGE}`);
    expect(commands(makefile, 'image', { ENV: undefined })).toEqual(['docker build --build-arg ENV=testing -t app .']);
    expect(commands(makefile, 'image', { ENV: 'production' })).toEqual([
      'docker build --build-arg ENV=production -t app .',
    ]);
    expect([...makefile.inputs]).toEqual(['ENV']);
  });

  it('11: = beats the environment', () => {
    const makefile = open(`ENV = testing\n${IMAGE}`);
    expect(commands(makefile, 'image', {})).toEqual(['docker build --build-arg ENV=testing -t app .']);
    expect([...makefile.inputs]).toEqual([]);
  });

  it('12: a condition does not see a target-specific value', () => {
    const text =
      'testing: ENV=testing\nifeq ($(ENV),testing)\nFLAGS=-race\nendif\nLATE = $(if $(filter testing,$(ENV)),-race)\ntesting: ; run $(FLAGS)/$(LATE)\n';
    expect(commands(open(text), 'testing', { ENV: undefined, FLAGS: undefined })).toEqual([' run /-race']);
  });

  it('13: a shared prerequisite is made once, for the first that needs it', () => {
    const text =
      'both: testing staging\ntesting: ENV=testing\nstaging: ENV=staging\ntesting staging: build\nbuild:\n\trun $(ENV)\n';
    expect(commands(fixed(text, {}, {}, ['both']), 'both', {})).toEqual(['run testing']);
    expect(commands(fixed(text, {}, {}, ['staging']), 'staging', {})).toEqual(['run staging']);
  });

  it('14: export on a line of its own does not reach the next line', () => {
    const makefile = fixed('a:\n\texport ENV=prod\n\t@echo "[$$ENV]"\n', {}, {}, ['a']);
    expect(printed(makefile, ['a'])).toBe('[]\n');
    expect(printed(fixed('.ONESHELL:\na:\n\t@export ENV=prod\n\t@echo "[$$ENV]"\n', {}, {}, ['a']), ['a'])).toBe(
      '[prod]\n',
    );
  });

  it('25: a variable that nothing defines comes from the environment', () => {
    const makefile = open('RACE ?=\nbuild:\n\tgo build $(if $(filter testing,$(ENV)),-race)$(RACE)\n');
    expect(commands(makefile, 'build', { ENV: 'testing', RACE: undefined })).toEqual(['go build -race']);
    expect(commands(makefile, 'build', { ENV: 'prod', RACE: undefined })).toEqual(['go build ']);
    const lost = fixed('ENV = prod\nbuild:\n\trun $(ENV)\n', { ENV: 'testing' }, {}, []);
    expect(commands(lost, 'build', {})).toEqual(['run prod']);
  });

  it('26: the command line beats =', () => {
    expect(commands(fixed('ENV = prod\nbuild:\n\trun $(ENV)\n', {}, { ENV: 'testing' }, []), 'build', {})).toEqual([
      'run testing',
    ]);
  });
});

describe('recipes as steps', () => {
  it('keeps conditional words apart, with exact places', () => {
    const text =
      'Q = $(if $(V),,@)\nRACE = $(if $(filter testing,$(ENV)),-race)\nbuild:\n\t$(Q)go build $(RACE) -o app ./cmd && true\n';
    const makefile = open(text);
    const { steps } = executeRun(makefile, runGoals(makefile, ['build']));
    expect(steps.length).toBe(1);
    const [step] = steps;
    expect(step?.words.map(({ item }) => render(item.text))).toEqual(['go', 'build', '-race', '-o', 'app', './cmd']);
    expect(text.slice(step?.place.start, step?.place.end)).toBe('go build $(RACE) -o app ./cmd');
    expect(step?.call?.toolchain).toBe('go');
    expect(step?.words[2]?.when).not.toBe(makefile.machine.space.true);
  });

  it('stops at a line that fails, unless it is ignored', () => {
    expect(printed(fixed('a:\n\t@echo 1\n\t@false\n\t@echo 2\n', {}, {}, []), ['a'])).toBe('1\n');
    expect(printed(fixed('Q=-@\na:\n\t@echo 1\n\t$(Q)false\n\t@echo 2\n', {}, {}, []), ['a'])).toBe('1\n2\n');
  });

  it('tells scripts apart that differ in more than words', () => {
    const makefile = open("X = $(if $(filter prod,$(E)),echo 'a b',echo c; echo d)\na:\n\t@$(X)\n");
    const { output } = executeRun(makefile, runGoals(makefile, ['a']), { capture: true });
    expect(given(makefile, output, { E: 'prod' })).toBe('a b\n');
    expect(given(makefile, output, { E: 'x' })).toBe('c\nd\n');
  });

  it('hands unknown text to single quotes and double quotes', () => {
    const makefile = open('a:\n\t@echo \'$(E)\' "$(E)x" $(E)\n');
    const { output } = executeRun(makefile, runGoals(makefile, ['a']), { capture: true });
    expect(given(makefile, output, { E: 'p' })).toBe('p px p\n');
  });
});

describe('files', () => {
  it('includes files of the project, .env files too', () => {
    const makefile = open('-include .env\nENV ?= dev\na: ; run $(ENV) $(Q)\n', { '.env': 'ENV=prod # c\nQ="a b"\n' });
    expect(commands(makefile, 'a', {})).toEqual([' run prod  "a b"']);
  });

  it('follows an include whose name is a selector', () => {
    const makefile = open('include config/$(ENV).mk\na: ; run $(X)\n', {
      'config/dev.mk': 'X = 1\n',
      'config/prod.mk': 'X = 2\n',
    });
    expect(commands(makefile, 'a', { ENV: 'prod', X: undefined })).toEqual([' run 2']);
    expect(makefile.missing.map(({ file }) => file)).toEqual(['config/⟨$ENV⟩.mk']);
  });

  it('finds wildcards and pattern rules', () => {
    const text =
      'OBJ = $(patsubst src/%.c,obj/%.o,$(wildcard src/*.c))\nall: $(OBJ)\nobj/%.o: src/%.c\n\tcc -c $< -o $@ ($*)\n';
    const makefile = open(text, { 'src/b.c': '', 'src/a.c': '', 'src/a.h': '' });
    expect(commands(makefile, 'all', {})).toEqual(['cc -c src/a.c -o obj/a.o (a)', 'cc -c src/b.c -o obj/b.o (b)']);
  });
});

describe('limits', () => {
  it.each([
    ['A = $(A)x\na: ; run $(A)\n', "Recursive variable 'A' references itself (eventually)"],
    ['A = $(B)\nB = $(A)\nX := $(A)\n', "Recursive variable 'A' references itself (eventually)"],
    ['include Makefile\n', 'more than 60 files are included'],
    ['F = $(call F,$(1)x)\nX := $(call F,a)\n', 'the expansion is nested or repeated too often'],
    ['define F\n$(eval $(F))\nendef\n$(eval $(F))\n', 'references itself'],
    ['F = $(eval $(value F))\n$(F)\n', 'nested'],
    [
      'X := $(foreach a,1 2 3 4 5 6 7 8 9 0,$(foreach b,1 2 3 4 5 6 7 8 9 0,$(foreach c,1 2 3 4 5 6 7 8 9 0,$(foreach d,1 2 3 4 5 6 7 8 9 0,$(foreach e,1 2 3 4 5 6 7 8 9 0,$(foreach f,1 2 3 4 5 6 7 8 9 0,$(a)$(strip $(b))))))))\n',
      'too often',
    ],
  ])('%j ends in a note', (text, message) => {
    const makefile = open(text);
    runGoals(makefile, []);
    expect(makefile.notes.map((note) => note.message).join('\n')).toContain(message);
  });

  it('is linear in independent conditions', () => {
    const workOf = (size: number): number => {
      const lines = Array.from(
        { length: size },
        (_, i) => `ifeq ($(C${i}),y)\nCFLAGS += -x${i}\nendif\nF${i} = $(if $(C${i}),a)`,
      );
      const makefile = open(`${lines.join('\n')}\nall:\n\tcc $(CFLAGS)\n`);
      const { steps } = executeRun(makefile, runGoals(makefile, []));
      expect(steps[0]?.words.length).toBeGreaterThanOrEqual(size + 1);
      return makefile.machine.space.work;
    };
    expect(workOf(400) / workOf(100)).toBeLessThan(5);
  });

  it('$(error) leaves environments out', () => {
    const makefile = open('ifndef ENV\n$(error ENV is needed)\nendif\na: ; run\n');
    const { space } = makefile.machine;
    expect(makefile.feasible()).toBe(space.not(space.is(space.input('ENV'), undefined, '')));
  });
});
