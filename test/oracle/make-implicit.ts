/** Generates makefiles whose targets are made by implicit rules, with the files that those may find. */
import fc from 'fast-check';
import type { Sample } from './make-files.js';

const FILES = [
  'main.c',
  'util.c',
  'src/main.c',
  'src/util.c',
  'gen/util.g',
  'lib/util.c',
  'lib/src/util.c',
  'src/lib/util.c',
  'main.g',
  'util.x',
  'lib/util.x',
  'main.cpp',
  'main.y',
  'lib/util.l',
  'util.h',
  'conf.h',
  'main.sh',
  'all.c',
  'data.t.src',
  'prog.c',
  'prog.o',
  'libfoo.a',
  'gen/libfoo.so',
  's.main.c',
];

const NAMES = ['main.o', 'util.o', 'lib/util.o', 'main', 'prog', 'main.c', 'util.h', 'data.t', 'lib/util.d', 'main.b'];

const FLAGS = ['CFLAGS', 'CPPFLAGS', 'LDLIBS', 'CC', 'CXX', 'TARGET_ARCH', 'A'];

const text = fc.constantFrom('-O2', '-D$@', '$(ENV)', '-g $(A)', '$(if $(filter dev,$(ENV)),-race)', '$*', '');

const recipeLine = fc.constantFrom(
  'run $@ from $< stem $*',
  'all $^ and $+',
  '@$(CC) $(CFLAGS) -c $<',
  '$(COMPILE.c) $(OUTPUT_OPTION) $<',
  'dir $(@D) $(*F) $(<F) $(*D)',
  'order $| env $(ENV)',
);
const recipe = fc.oneof(
  { weight: 4, arbitrary: fc.array(recipeLine, { minLength: 1, maxLength: 2 }) },
  { weight: 1, arbitrary: fc.constant([]) },
);

const heads = [
  '%.o: %.c',
  '%.o: %.c',
  '%.o: %.x',
  '%.o: src/%.c',
  '%.o: %.c conf.h',
  '%.o: %.c | dirs',
  'lib/%.o: lib/%.c',
  'lib/%.o: %.x',
  '%.c: %.g',
  '%.c: %.y',
  '%.g: %.x',
  'src/%.c: gen/%.g',
  '%: %.o',
  '%: %.x',
  '%:: %.src',
  '%:: %.g',
  '%.h:',
  '%.h: %.x',
  '%.o %.d: %.c',
  '%.d %.b: %.o',
  '%.x:',
  'm%.o: m%.c',
  'ma%: %.c',
  '%util.o: %util.x',
  '%-$(ENV).o: %.c',
  '$(ENV)-%.o: %.c',
  '%.b: $(if $(ENV),%.c,%.x)',
  '%.b: %.o $(if $(A),util.h)',
];
const patternRule = fc
  .tuple(fc.constantFrom(...heads), recipe)
  .map(([head, lines]) => [head, ...lines.map((line) => `\t${line}`)].join('\n'));

const suffixRule = fc
  .tuple(fc.constantFrom('.c.o:', '.x.o:', '.c:', '.x.c:', '.g.c:', '.x:', '.c.o: conf.h', '.h.c:', '.x.o:'), recipe)
  .map(([head, lines]) => [head, ...lines.map((line) => `\t${line}`)].join('\n'));

const suffixes = fc.constantFrom(
  '.SUFFIXES:',
  '.SUFFIXES: .x',
  '.SUFFIXES: .x .g',
  '.SUFFIXES:\n.SUFFIXES: .c .o',
  '.SUFFIXES: .o .x .c .h',
);

const special = fc.constantFrom(
  '.PHONY: main',
  '.PHONY: all util.o',
  '.SECONDARY:',
  '.INTERMEDIATE: main.o',
  '.SECONDARY: main.c util.o',
  '.DELETE_ON_ERROR:',
  '.PRECIOUS: %.o',
  '.SECONDEXPANSION:',
  'MAKEFLAGS += -r',
  'MAKEFLAGS += --no-builtin-rules',
  'MAKEFLAGS += -R',
  'vpath %.c src',
  'vpath %.c gen:src',
  'vpath %.g gen',
  'vpath %.c',
  'vpath %.so gen',
  'vpath',
  'VPATH = src gen',
  'VPATH = $(if $(ENV),src,gen)',
);

const later = fc
  .tuple(
    fc.constantFrom(
      '%.o: %.c $$(if $$(A),util.h)',
      '%.o: $$(*F).c',
      '%.o: %.c $$(@D)/conf.h',
      '%.o: %.c $$(wildcard lib/*.c)',
      '%.o: %.c $$(addsuffix .h,%)',
      'main.o: $$(basename $$@).c $$(if $$(B),util.h)',
      'main.o util.o: %.o: $$(if $$(ENV),%.c,%.x)',
      'util.o: $$(patsubst %.o,%.x,$$@) | $$(if $$(A),util.h)',
    ),
    recipe,
  )
  .map(([head, lines]) => ['.SECONDEXPANSION:', head, ...lines.map((line) => `\t${line}`)].join('\n'));

const explicit = fc
  .tuple(
    fc.constantFrom(
      'main.o: util.h',
      'main.o: conf.h | dirs',
      'main: main.o lib/util.o',
      'main: main.o util.o',
      'prog:',
      'prog: util.o -lfoo',
      'util.o: util.c',
      'main.b:',
      'lib/util.o: lib/util.c',
      'util.o lib/util.d &: conf.h\n\trun $@ of both',
      'main.o: main.c main.x',
      'main.c: main.g',
      'dev-main.o:',
      'main-$(ENV).o:',
    ),
    fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: recipe }),
  )
  .map(([head, lines]) => [head, ...lines.map((line) => `\t${line}`)].join('\n'));

const assignment = fc
  .tuple(
    fc.constantFrom('', '', '', 'main: ', 'main.o: ', '%.o: ', 'lib/%: ', 'all: '),
    fc.constantFrom(...FLAGS),
    fc.constantFrom('=', ':=', '+=', '?='),
    text,
  )
  .map(([target, name, operator, value]) => {
    // What is strange in make 4.3 and not followed: behind `%.o: NAME ?= …` it no longer exports what the environment
    // gives, and `%.o: NAME += …` repeats what the command line gives.
    const isPlain = target.includes('%') && (operator === '?=' || (operator === '+=' && name === 'CFLAGS'));
    return `${target}${name} ${isPlain ? '=' : operator} ${name === 'A' ? value.replace(' $(A)', '') : value}`;
  });

const all = fc
  .subarray([...NAMES, 'main-$(ENV).o', '$(ENV)-main.o'], { minLength: 1, maxLength: 5 })
  .map((names) => `all: ${names.join(' ')}`);

const statement = fc.oneof(
  { weight: 5, arbitrary: patternRule },
  { weight: 2, arbitrary: suffixRule },
  { weight: 1, arbitrary: suffixes },
  { weight: 2, arbitrary: special },
  { weight: 2, arbitrary: later },
  { weight: 4, arbitrary: explicit },
  { weight: 4, arbitrary: assignment },
);

const block = fc.oneof(
  { weight: 5, arbitrary: statement },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom('ifeq ($(ENV),dev)', 'ifdef ENV', 'ifneq (,$(filter dev prod,$(MODE)))'),
        statement,
        statement,
      )
      .map(([test, a, b]) => `${test}\n${a}\nelse\n${b}\nendif`),
  },
);

/**
 * Makefiles with rules that no target of theirs names. The rules of `.DEFAULT` make what nothing else does; but
 * not where files are found elsewhere, which make then takes for others when it makes all anew.
 */
export const implicitSamples: fc.Arbitrary<Sample> = fc.record({
  text: fc
    .tuple(
      all,
      fc.array(block, { minLength: 1, maxLength: 7 }),
      fc.constantFrom('.DEFAULT:\n\tdefault $@ $< $^\n', '.DEFAULT:\n\tdefault $@\n', ''),
    )
    .map(
      ([first, blocks, fallback]) =>
        `${first}\n${blocks.join('\n')}\ndirs: ; run $@\n${/vpath/i.test(blocks.join()) ? '' : fallback}Makefile probe.mk: ;\n`,
    ),
  included: fc.constant(''),
  overrides: fc.constantFrom([], [], ['CFLAGS']),
  files: fc.subarray(FILES, { minLength: 2 }).map((names) => Object.fromEntries(names.map((name) => [name, '']))),
  switches: fc.constantFrom([], [], [], [], ['-r'], ['-R']),
});
