import { describe, expect, it } from 'vitest';
import { lint } from '../../../src/index.js';
import { filesOf } from './run.js';

function report(files: Readonly<Record<string, string>>, path: string): readonly string[] {
  const { findings } = lint([path], filesOf(files));
  return findings.map(({ rule, location, related }) => {
    const others = related.map((other) => `${other.location.file}:${other.location.line}`);
    return `${rule} ${location.file}:${location.line} (${others.join(' ')})`;
  });
}

const DOCKERFILE = 'FROM golang:1.22\nARG ENV\nWORKDIR /src\nCOPY . .\nRUN make build\n';
const RACE = 'build:\n\tgo build $(if $(filter testing,$(ENV)),-race) -o app .\n';

describe('make that a Dockerfile runs', () => {
  it('has ARG as its environment (hard case 25)', () => {
    const found = report({ Dockerfile: DOCKERFILE, Makefile: `RACE ?=\n${RACE}` }, 'Dockerfile');
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^conditional-build-flags Makefile:3 \(.*Dockerfile:5/);
  });

  it('loses to what the makefile assigns (hard case 25)', () => {
    expect(report({ Dockerfile: DOCKERFILE, Makefile: `ENV = prod\n${RACE}` }, 'Dockerfile')).toEqual([]);
  });

  it('wins on the command line (hard case 26)', () => {
    const files = {
      Dockerfile: DOCKERFILE.replace('make build', 'make build ENV=$ENV'),
      Makefile: `ENV = prod\n${RACE}`,
    };
    const found = report(files, 'Dockerfile');
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^conditional-build-flags Makefile:3 \(.*Dockerfile:5/);
  });

  it('finds the makefile of -C and -f', () => {
    const files = {
      Dockerfile: DOCKERFILE.replace('make build', 'make -C lib -f build.mk build'),
      'lib/build.mk': RACE,
    };
    expect(report(files, 'Dockerfile').join()).toContain('conditional-build-flags lib/build.mk:2');
  });
});

describe('make that a recipe runs', () => {
  it('has the words of the call as its command line', () => {
    const files = {
      Makefile:
        'ifeq ($(DEBUG),yes)\nF = -O0 -g\nelse\nF = -O2\nendif\nall:\n\tcd lib && $(MAKE) lib.a CFLAGS="$(F)"\n',
      'lib/Makefile': 'CFLAGS = -O2\nlib.a: lib.c\n\tcc $(CFLAGS) -c -o lib.a lib.c\n',
      'lib/lib.c': '',
    };
    expect(report(files, 'Makefile').join()).toMatch(/conditional-build-flags lib\/Makefile:3 \(.*Makefile:7/);
  });

  it('stands for the compiler where the project lacks the makefile', () => {
    const files = {
      Makefile:
        'ifeq ($(DEBUG),yes)\nF = -O0 -g\nelse\nF = -O2\nendif\nall:\n\tcd lib && $(MAKE) lib.a CFLAGS="$(F)"\n',
    };
    expect(report(files, 'Makefile').join()).toContain('conditional-build-flags Makefile:7');
  });

  it('says nothing of what does not differ', () => {
    const files = { Makefile: 'all:\n\t$(MAKE) -C lib CFLAGS="-O0 -g"\n' };
    expect(report(files, 'Makefile')).toEqual([]);
  });
});

describe('what a make hands on', () => {
  const lib = 'ENV = dev\nlib.o:\n\tcc $(if $(filter dev,$(ENV)),-fsanitize=address,-O2) -c lib.c\n';

  it('are the variables of its command line, which beat the assignments of the called makefile', () => {
    const files = { Makefile: 'ENV ?= dev\nall:\n\t$(MAKE) -C lib\n', 'lib/Makefile': lib };
    expect(report(files, 'Makefile').join()).toContain('conditional-build-flags lib/Makefile:3');
  });

  it('is nothing where the makefile or the call clears it', () => {
    for (const text of [
      'MAKEOVERRIDES =\nENV ?= dev\nall:\n\t$(MAKE) -C lib\n',
      'ENV ?= dev\nall:\n\tMAKEFLAGS= $(MAKE) -C lib\n',
    ])
      expect(report({ Makefile: text, 'lib/Makefile': lib }, 'Makefile')).toEqual([]);
  });
});

describe('a makefile that calls itself', () => {
  it('makes another program for the goal that gives it options', () => {
    const text =
      'FLAGS = -O2\napp:\n\tcc $(FLAGS) -o app main.c\nstaging:\n\t$(MAKE) app FLAGS="-O0 -fsanitize=address"\nrelease:\n\t$(MAKE) app\n';
    expect(report({ Makefile: text }, 'Makefile').join()).toContain('conditional-build-flags Makefile:3');
    expect(report({ Makefile: text.replace('-O0 -fsanitize=address', '-O2') }, 'Makefile')).toEqual([]);
  });
});

describe('files that the project lacks', () => {
  it('does not keep a pattern rule from being taken', () => {
    const makefile =
      'build: bin/app\nbin/%: cmd/%/main.go\n\tgo build $(FLAGS) -o $@ $<\nifdef WITH_RACE\nFLAGS = -race\nendif\n';
    expect(report({ Makefile: makefile }, 'Makefile').join()).toContain('conditional-build-flags Makefile:3');
  });

  it('does not make a rule that forwards go on for ever', () => {
    const makefile = 'TOOL := $(shell which tool)\nall: $(TOOL)\n\tgo build .\n%: common-% ;\n';
    expect(lint(['Makefile'], filesOf({ Makefile: makefile })).problems).toEqual([]);
  });
});

describe('the targets of a makefile', () => {
  it('are made also where callers give their names', () => {
    const makefile =
      'NAME ?= game\nifeq ($(BUILD_MODE),DEBUG)\nCFLAGS += -O0 -g\nelse\nCFLAGS += -O2\nendif\n$(NAME): main.c\n\tcc $(CFLAGS) -o $@ main.c\n';
    expect(report({ Makefile: makefile, 'main.c': '' }, 'Makefile').join()).toContain('Makefile:8');
  });

  it('are walked once where goals share them', () => {
    const targets = Array.from({ length: 120 }, (_, i) => `t${i}: t${i + 1}\n\tgo build -o $@ ./cmd/t${i}\n`);
    const makefile = `${targets.join('')}t120:\n\tgo vet\n`;
    const start = performance.now();
    const few = lint(['Makefile'], filesOf({ Makefile: makefile }));
    expect(few.problems).toEqual([]);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

describe('build tags of Go', () => {
  const makefile = (condition: string): string =>
    `${condition}\nTAGS += failpoints\nendif\nbuild:\n\tgo build -tags "$(TAGS)" -o app .\n`;

  it('are told where a switch turns them on', () => {
    expect(report({ Makefile: makefile('ifeq ($(FAILPOINT),1)') }, 'Makefile').join()).toContain(
      'conditional-build-flags Makefile:5',
    );
  });

  it('are not where an edition or a platform chooses them', () => {
    expect(report({ Makefile: makefile('ifeq ($(EDITION),enterprise)') }, 'Makefile')).toEqual([]);
  });
});
