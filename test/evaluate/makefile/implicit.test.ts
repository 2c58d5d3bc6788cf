/** Rules that no target names: which of them is taken, in which environment, and what it runs. */
import { describe, expect, it } from 'vitest';
import { runGoals } from '../../../src/evaluate/makefile/index.js';
import { lint } from '../../../src/index.js';
import type { Answer } from '../../../src/value/diagram.js';
import { render } from '../../../src/value/text.js';
import { filesOf, open } from './run.js';

/** The findings of a makefile in a project. */
function report(files: Readonly<Record<string, string>>): readonly string[] {
  const { findings } = lint(['Makefile'], filesOf(files));
  return findings.map(({ rule, location, related }) => {
    const others = related.map((other) => `${other.location.file}:${other.location.line}`);
    return `${rule} ${location.file}:${location.line} (${others.join(' ')})`;
  });
}

/** The commands of a goal in one environment. */
function commands(
  text: string,
  files: readonly string[],
  goal: string,
  answers: Readonly<Record<string, Answer>> = {},
): readonly string[] {
  const makefile = open(text, Object.fromEntries(files.map((name) => [name, ''])));
  const { space, texts } = makefile.machine;
  return runGoals(makefile, [goal]).flatMap((run) => {
    let { when, text: line } = run;
    for (const name of makefile.inputs) {
      when = space.given(when, space.input(name), answers[name]);
      line = texts.restrict(line, space.input(name), answers[name]);
    }
    return when === space.true ? [render(line)] : [];
  });
}

describe("make's own rules", () => {
  it('compile and link with the variables of the makefile', () => {
    const text = 'CFLAGS = -O2\nmain: main.o util.o\nmain: LDLIBS = -lm\n';
    expect(commands(text, ['main.c', 'util.c'], 'main')).toEqual([
      'cc -O2   -c -o main.o main.c',
      'cc -O2   -c -o util.o util.c',
      'cc   main.o util.o  -lm -o main',
    ]);
  });

  it('chain, and make what is in between last', () => {
    expect(commands('main: conf.h\nconf.h: ; touch $@\n', ['main.y'], 'main')).toEqual([
      ' touch conf.h',
      'yacc  main.y ',
      ' mv -f y.tab.c main.c',
      'cc    -c -o main.o main.c',
      'cc   main.o conf.h   -o main',
    ]);
  });

  it.each(['MAKEFLAGS += -r\n', 'MAKEFLAGS += --no-builtin-rules\n', '.SUFFIXES:\n', '%.o: %.c\n'])(
    'are not there behind %j',
    (line) => {
      expect(commands(`${line}all: main.o\n`, ['main.c'], 'all')).toEqual([]);
    },
  );

  it('are not there in the environments that say so', () => {
    const text = 'ifdef BARE\nMAKEFLAGS += -r\nendif\nall: main.o\n';
    expect(commands(text, ['main.c'], 'all', { BARE: '1' })).toEqual([]);
    expect(commands(text, ['main.c'], 'all')).toEqual(['cc    -c -o main.o main.c']);
  });

  it('are not taken for a source that may be generated, nor for .PHONY targets', () => {
    expect(commands('all: gen.o\n.PHONY: tool\n', ['tool.c'], 'all')).toEqual([]);
    expect(commands('.PHONY: tool\ntool:\n', ['tool.c'], 'tool')).toEqual([]);
  });
});

describe('suffix rules', () => {
  it('are pattern rules, and win over those of make', () => {
    const text =
      '.SUFFIXES: .tpl\nall: main.o page.html doc\n.c.o:\n\tmy $< $*\n.tpl.html:\n\trender $<\n.tpl:\n\tplain $<\n.SUFFIXES: .html\n';
    expect(commands(text, ['main.c', 'page.tpl', 'doc.tpl'], 'all')).toEqual([
      'my main.c main',
      'render page.tpl',
      'plain doc.tpl',
    ]);
  });
});

describe('pattern rules', () => {
  it('put the folder of a target before what they need', () => {
    const text = 'all: lib/a.o\n%.o: src/%.c\n\tcc -c $< -o $@ # $*\n';
    expect(commands(text, ['lib/src/a.c'], 'all')).toEqual(['cc -c lib/src/a.c -o lib/a.o # lib/a']);
  });

  it('take the rule that fits the environment', () => {
    const text =
      'all: out/$(ENV)/a.o\nifeq ($(ENV),dev)\nout/$(ENV)/%.o: %.c\n\tcc -O0 -c $<\nendif\nout/%.o: src/%.c\n\tcc -O2 -c $<\n';
    const files = ['a.c', 'src/prod/a.c'];
    expect(commands(text, files, 'all', { ENV: 'dev' })).toEqual(['cc -O0 -c a.c']);
    expect(commands(text, files, 'all', { ENV: 'prod' })).toEqual(['cc -O2 -c src/prod/a.c']);
  });

  it('run once for all that they make', () => {
    const text = 'all: a.tab.c a.tab.h\n%.tab.c %.tab.h: %.y\n\tbison -d $<\n';
    expect(commands(text, ['a.y'], 'all')).toEqual(['bison -d a.y']);
  });

  it('leave what is not a target to .DEFAULT', () => {
    expect(commands('all: a b\nb: c\n.DEFAULT:\n\tget $@ $<\n', ['c'], 'all')).toEqual(['get a a', 'get c c']);
  });

  it('hand the variables of a target on to what they need', () => {
    const text = 'debug: CFLAGS = -O0\ndebug: app\napp: app.o\n\tcc -o $@ $^\n';
    expect(commands(text, ['app.c'], 'debug')).toEqual(['cc -O0   -c -o app.o app.c', 'cc -o app app.o']);
  });
});

describe('the second expansion', () => {
  it('knows the target and its stem', () => {
    const text =
      'app_SRC = main.c\n.SECONDEXPANSION:\nall: app lib/x.o\napp: $$($$@_SRC) | $$(@D)\n\tcc $^\n%.o: %.c $$(*F).h\n\tcc -c $^\nx.h: ; touch $@\n';
    expect(commands(text, ['main.c', 'lib/x.c'], 'all')).toEqual(['cc main.c', ' touch x.h', 'cc -c lib/x.c x.h']);
  });
});

describe('the search path', () => {
  it('finds sources, and libraries of the project', () => {
    const text = 'VPATH = src\nvpath %.a libs\nall: main.o -lfoo\n\tld $^\n';
    expect(commands(text, ['src/main.c', 'libs/libfoo.a'], 'all')).toEqual([
      'cc    -c -o main.o src/main.c',
      'ld main.o libs/libfoo.a',
    ]);
  });
});

describe("a program that make's own rules build", () => {
  it('is told at the target that needs it', () => {
    const text =
      'ifeq ($(ENV),testing)\nCFLAGS += -fsanitize=address\nendif\nCFLAGS += -O2\napp: main.o\n\tcc -o app main.o\n';
    expect(report({ Makefile: text, 'main.c': '' }).join('\n')).toMatch(/conditional-build-flags Makefile:5/);
  });

  it('is not where the project does not have its source', () => {
    const text = 'CFLAGS = $(if $(filter testing,$(ENV)),-fsanitize=address)\napp: main.o\n';
    expect(report({ Makefile: text })).toEqual([]);
  });
});
