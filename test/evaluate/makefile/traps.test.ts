/** Where make does something else than a makefile suggests (semantics 4.2 to 4.7; hard cases 12 to 14). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateMakefileBuild } from '../../../src/evaluate/makefile/build.js';
import type { Build } from '../../../src/model/build.js';
import { Space } from '../../../src/value/diagram.js';
import { Texts } from '../../../src/value/text.js';
import { filesOf } from './run.js';

function buildOf(text: string, files: Readonly<Record<string, string>> = {}): Build {
  return evaluateMakefileBuild({
    file: 'Makefile',
    text,
    files: filesOf({ ...files, Makefile: text }),
    texts: new Texts(new Space()),
    environment: new Map(),
    commandLine: new Map(),
    goals: undefined,
  }).build;
}

/** Each trap as its kind, the marked source and what it says. */
function told(text: string): readonly string[] {
  return buildOf(text).traps.map(
    ({ kind, place, text: about }) => `${kind} | ${text.slice(place.start, place.end)} | ${about}`,
  );
}

const LATE = 'testing: MODE = testing\ntesting:\n\trun $(FLAGS)\n';

describe('a condition that never sees what a target gives', () => {
  it('is told where the value would change the answer', () => {
    const text = `ifeq ($(MODE),testing)\nFLAGS = -race\nendif\n${LATE}`;
    expect(told(text)).toEqual(['make-unseen-value | $(MODE),testing | testing: MODE = testing']);
    expect(told(`${LATE}ifneq "$(MODE)" "testing"\nFLAGS = -O2\nendif\n`)).toEqual([
      'make-unseen-value | $(MODE)" "testing | testing: MODE = testing',
    ]);
  });

  it('is told of ifdef and of patterns', () => {
    expect(told(`ifdef MODE\nFLAGS = -race\nendif\n${LATE}`)).toEqual([
      'make-unseen-definition | MODE | testing: MODE = testing',
    ]);
    expect(told('build-%: MODE = testing\nifeq ($(MODE),testing)\nX = 1\nendif\nbuild-a:\n\trun $(X)\n')).toEqual([
      'make-unseen-value | $(MODE),testing | build-%: MODE = testing',
    ]);
  });

  it('is not told where the answer is the same', () => {
    expect(told(`ifeq ($(MODE),production)\nFLAGS = -O2\nendif\n${LATE}`)).toEqual([]);
    expect(told(`MODE = testing\nifeq ($(MODE),testing)\nFLAGS = -race\nendif\n${LATE}`)).toEqual([]);
    expect(told(`ifeq ($(OTHER),testing)\nFLAGS = -race\nendif\n${LATE}`)).toEqual([]);
  });

  it('is not told of a default, nor of a target that calls make again', () => {
    expect(told(`ifeq ($(MODE),)\nMODE = production\nendif\n${LATE}`)).toEqual([]);
    expect(told('ifdef R\nF = -race\nendif\napp:\n\trun $(F)\nrace: export R = 1\nrace:\n\t$(MAKE) app\n')).toEqual([]);
  });

  it('holds only where nobody gives the name to make', () => {
    const { traps, texts } = buildOf(
      `ENV ?= dev\nifeq ($(ENV),testing)\nX = 1\nendif\n${LATE.replaceAll('MODE', 'ENV')}`,
    );
    const { space } = texts;
    expect(traps.map(({ wrong }) => space.given(wrong, space.input('ENV'), undefined))).toEqual([space.true]);
    expect(traps.map(({ wrong }) => space.given(wrong, space.input('ENV'), 'testing'))).toEqual([space.false]);
  });
});

describe('a variable of a line that is gone on the next', () => {
  const lost = (recipe: string, head = ''): readonly string[] => told(`${head}a:\n${recipe}`);

  it('is told where a later line reads it', () => {
    expect(lost('\texport ENV=prod\n\tdocker build --build-arg ENV -t app .\n')).toEqual([
      'make-lost-variable | export ENV=prod | ENV=prod',
    ]);
    expect(lost('\t@ENV=prod;\n\trun --env "$$ENV"\n')).toEqual(['make-lost-variable | ENV=prod; | ENV=prod']);
    expect(lost('\texport NODE_ENV=production\n\tnpm run build\n')).toEqual([
      'make-lost-variable | export NODE_ENV=production | NODE_ENV=production',
    ]);
  });

  it('is not told where nothing reads it, or the lines are one', () => {
    expect(lost('\texport ENV=prod\n\tdocker build -t app .\n')).toEqual([]);
    expect(lost('\texport ENV=prod && docker build --build-arg ENV -t app .\n')).toEqual([]);
    expect(lost('\texport ENV=prod; \\\n\tdocker build --build-arg ENV -t app .\n')).toEqual([]);
    expect(lost('\texport ENV=prod\n\trun "$$ENV"\n', '.ONESHELL:\n')).toEqual([]);
  });

  it('is not told where the later line has the value or another of its own', () => {
    expect(lost('\texport ENV=prod\n\tdocker build --build-arg ENV -t app .\n', 'a: export ENV = prod\n')).toEqual([]);
    expect(lost('\texport NODE_ENV=production\n\tNODE_ENV=test npm run build\n')).toEqual([]);
    expect(lost('\texport ENV=prod\n\tENV=x; run "$$ENV"\n')).toEqual([]);
  });
});

describe('a folder that a line changes to and leaves', () => {
  const files = { 'web/package.json': '{}', 'main.go': '' };
  const left = (recipe: string): readonly string[] => {
    const text = `a:\n${recipe}`;
    return buildOf(text, files).traps.map(({ kind, text: about }) => `${kind} | ${about}`);
  };

  it('is told where the next line works on what is there', () => {
    expect(left('\tcd web\n\tnpm run build\n')).toEqual(['make-lost-folder | cd web']);
  });

  it('is not told where the lines are one, or the next has what it needs', () => {
    expect(left('\tcd web && npm run build\n')).toEqual([]);
    expect(left('\tcd web\n\tgo build main.go\n')).toEqual([]);
    expect(left('\tcd web\n\tcd web && npm run build\n')).toEqual([]);
  });
});

describe('a prerequisite of two environments', () => {
  const head = 'all: dev prod\ndev: M = development\nprod: M = production\n';

  it('is told where one goal needs both and its recipe differs', () => {
    expect(told(`${head}dev prod: image\nimage:\n\trun $(M)\n`)).toEqual([
      'make-shared-prerequisite | all | all: dev prod',
    ]);
    expect(told(`${head}dev prod: middle\nmiddle: image\nimage:\n\trun $(M)\n`)).toEqual([
      'make-shared-prerequisite | all | all: dev prod',
    ]);
  });

  it('is not told where the recipe is the same, nobody needs both, or each has its own', () => {
    expect(told(`${head}dev prod: image\nimage:\n\trun\n`)).toEqual([]);
    expect(told(`${head.replace('all: dev prod', 'all: dev')}\ndev prod: image\nimage:\n\trun $(M)\n`)).toEqual([]);
    expect(told(`${head}dev: image-dev\nprod: image-prod\nimage-dev image-prod:\n\trun $(M)\n`)).toEqual([]);
    expect(told(`${head}dev prod:\n\trun $(M)\n`)).toEqual([]);
  });

  it('is not told of targets that are no environments', () => {
    expect(told('all: a b\na: M = 1\nb: M = 2\na b: image\nimage:\n\trun $(M)\n')).toEqual([]);
  });
});

describe('a value that ends in blanks', () => {
  const body = (head: string, test = '($(M),abc)'): string => `${head}\nifeq ${test}\nX = 1\nendif\na:\n\trun $(X)\n`;

  it('is told where it changes the answer of a comparison', () => {
    expect(told(body('M = abc   # c'))).toEqual(['make-trailing-blank | $(M),abc | M = "abc   "']);
    expect(told(body('M := abc # c', '"${M}" "abc"'))).toEqual(['make-trailing-blank | ${M}" "abc | M = "abc "']);
  });

  it('is not told where it changes nothing, or is taken away', () => {
    expect(told(body('M = abc   # c', '($(M),xyz)'))).toEqual([]);
    expect(told(body('M = abc   # c', '($(strip $(M)),abc)'))).toEqual([]);
    expect(told(body('M = abc   # c', '($(filter abc,$(M)),abc)'))).toEqual([]);
    expect(told(body('M = abc# c'))).toEqual([]);
  });
});

describe('a variable of the environment', () => {
  const body = (assignment: string, call: string): string =>
    `${assignment}\nimage:\n\trun $(ENV)\nrelease:\n\t${call}\n`;

  it('is told where it loses to the makefile', () => {
    const call = 'ENV=production $(MAKE) image';
    for (const assignment of ['ENV = testing', 'ENV := testing'])
      expect(told(body(assignment, call))).toEqual([`make-losing-environment | ${call} | ENV=production`]);
  });

  it('is not told where it wins, is the same, or is given behind make', () => {
    expect(told(body('ENV ?= testing', 'ENV=production $(MAKE) image'))).toEqual([]);
    expect(told(body('ENV = testing', 'ENV=production $(MAKE) -e image'))).toEqual([]);
    expect(told(body('ENV = testing', 'ENV=testing $(MAKE) image'))).toEqual([]);
    expect(told(body('ENV = testing', '$(MAKE) image ENV=production'))).toEqual([]);
    expect(told(body('ENV = testing', 'ENV=production $(MAKE) -C other image'))).toEqual([]);
  });
});

describe('damaged makefiles', () => {
  const text = [
    'all: dev prod',
    'dev: M = dev  # c',
    'p-%: M := $(*)',
    'ifeq ($(M),dev)',
    'X = 1',
    'else ifdef M',
    'endif',
    'dev prod: image',
    'image:',
    '\texport M=$(M)',
    '\tM=x $(MAKE) image; docker build --build-arg M .',
    '\tdocker build --build-arg M .',
  ];

  it('never make it throw, and every trap stands in the file', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...text), { maxLength: 14 }), fc.nat(8), (lines, cut) => {
        const damaged = lines.join('\n').slice(0, -cut || undefined);
        for (const { place } of buildOf(damaged).traps) expect(place.end).toBeLessThanOrEqual(damaged.length);
      }),
      { seed: 12, numRuns: 150 },
    );
  });
});
