/*
 * Random shell scripts that use one to three selectors. Every statement is one line, or a block of lines, so that a
 * script that shows a difference can be made smaller by leaving lines out.
 *
 * A script always ends, prints only what its words say, and runs recorded commands one after the other: no two parts
 * of a pipeline record commands, loops count, functions never call themselves.
 */
import fc from 'fast-check';
import type { Dialect } from '../../src/evaluate/shell/index.js';

export interface Sample {
  readonly dialect: Dialect;
  readonly text: string;
}

/** The variables that environments set. */
export const SELECTORS = ['ENV', 'RACE', 'MODE'] as const;

/** Programs that the runner records; they print nothing and succeed. */
export const RECORDED = ['go', 'npm', 'cargo', 'make', 'pip', 'cc'] as const;

/** Variables whose values are recorded with every command. */
export const WATCHED = ['ENV', 'RACE', 'MODE', 'F', 'G', 'NODE_ENV'] as const;

/** A script of the project, at this path in the working folder; hidden, so that no glob finds it. */
export const LIBRARY = {
  path: '.lib.sh',
  text: 'L=$MODE\ncase "$ENV" in prod) F="$F -lib";; esac\nlib() { go lib "$@" $L; }\nif [ "$RACE" = 1 ]; then go lib-race "$@" "$#"; fi\n',
};

const CONSTANTS = ['prod', 'test', 'dev', 'on', '1', '0', 'true', 'a b', 'x:y', '-race', 'no', 'staging'];

class Writer {
  readonly #g: fc.GeneratorValue;
  readonly dialect: Dialect;
  readonly selectors: readonly string[];
  /** Greater than 0 inside a loop, a function, a here-document, …. */
  loops = 0;
  functions = 0;
  /** Inside a part of a pipeline that must not record. */
  silent = 0;
  depth = 0;

  constructor(g: fc.GeneratorValue, dialect: Dialect) {
    this.#g = g;
    this.dialect = dialect;
    this.selectors = SELECTORS.slice(0, this.upto(1, 3));
  }

  upto(min: number, max: number): number {
    return this.#g(fc.integer, { min, max });
  }

  chance(percent: number): boolean {
    return this.upto(1, 100) <= percent;
  }

  of<T>(items: readonly T[]): T {
    const item = items[this.upto(0, items.length - 1)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  }

  /** One of several makers, by weight. */
  pick(choices: readonly (readonly [number, () => string])[]): string {
    let left = this.upto(
      1,
      choices.reduce((sum, [weight]) => sum + weight, 0),
    );
    for (const [weight, make] of choices) {
      left -= weight;
      if (left <= 0) return make();
    }
    return '';
  }

  // ------------------------------------------------------------------------------------------------ words

  name(): string {
    return this.chance(65) ? this.of(this.selectors) : this.of(['F', 'G', 'F', 'X', 'NODE_ENV', 'i']);
  }

  constant(): string {
    return this.chance(15) ? this.of(['', 'z', 'p*d', '*', 'te?t', '[pt]*']) : this.of(CONSTANTS);
  }

  quoted(text: string): string {
    return this.chance(40) ? `'${text}'` : `"${text}"`;
  }

  pattern(): string {
    return this.pick([
      [4, () => this.of(['prod', 'test', 'dev', '1', 'on'])],
      [3, () => this.of(['p*', '*t', 'te*', '*e*', '?', '*', '[pt]*', '[!p]*', 'd?v', '*:*', '*\\ *', '??*'])],
      [1, () => this.of(['"p*"', "'te'*", '\\*', '"a b"', 'a\\ b', '""', '[a-z]*', '[[:alpha:]]*', '[!a-p]*'])],
      [1, () => `"$${this.name()}"`],
      [1, () => `$${this.name()}`],
      [1, () => `"\${${this.name()}}"*`],
    ]);
  }

  /** A parameter expansion with an operator. */
  braced(inner: () => string): string {
    const name = this.chance(90) ? this.name() : this.of(['1', '2', '@', '*']);
    if (name === '@' || name === '*') return `\${${name}}`;
    return this.pick([
      [8, () => `\${${name}}`],
      [10, () => `\${${name}${this.of([':-', '-', ':+', '+', ':-', ':+'])}${inner()}}`],
      [1, () => (/^\d$/.test(name) ? `\${${name}}` : `\${${name}${this.of([':=', '='])}${inner()}}`)],
      [1, () => `\${${name}${this.of([':?', '?'])}missing}`],
      [
        6,
        () =>
          `\${${name}${this.of(['#', '##', '%', '%%'])}${this.of(['p*', '*e', 'te', '?', '*:', ':*', '*', '[pt]', '*[!a-o]', 'a* '])}}`,
      ],
      [2, () => `\${#${name}}`],
      [
        this.dialect === 'dash' ? 0 : 2,
        () => `\${${name}${this.of(['/', '//'])}${this.of(['o', 't', 'e*', '?', 'r'])}/${this.of(['', 'X', '_'])}}`,
      ],
      [this.dialect === 'dash' ? 0 : 1, () => `\${${name}:${this.of(['0', '1', '2'])}${this.of(['', ':1', ':2'])}}`],
      [this.dialect === 'bash' ? 2 : 0, () => `\${${name}${this.of(['^^', ',,', '^', ','])}}`],
    ]);
  }

  substitution(): string {
    if (this.depth > 3) return 'x';
    this.depth += 1;
    const body = this.pick([
      [6, () => this.printing()],
      [2, () => `case "$${this.name()}" in (${this.pattern()}|${this.pattern()}) ${this.printing()};; esac`],
      [2, () => `if ${this.test()}; then ${this.printing()}; fi`],
      [2, () => `${this.test()} && ${this.printing()}`],
      [2, () => `${this.printing()} | ${this.filter()}`],
      [1, () => `F=${this.assigned()}; echo $F`],
      [1, () => `${this.printing()}; ${this.printing()}`],
      [1, () => this.pure()],
      [1, () => `git rev-parse HEAD`],
    ]);
    this.depth -= 1;
    if (this.chance(15) && !/[`\\$"']/.test(body)) return `\`${body}\``;
    return body.startsWith('(') ? `$( ${body})` : `$(${body})`;
  }

  printing(): string {
    return this.pick([
      [6, () => `echo ${this.words(1, 2)}`],
      [1, () => `echo -n ${this.words(1, 2)}`],
      [1, () => `printf '%s' ${this.words(1, 1)}`],
      [1, () => `printf '%s\\n' ${this.words(1, 3)}`],
      [1, () => `printf '<%s:%d>' ${this.words(1, 1)} ${this.of(['1', '007', ''])}`],
      [1, () => `printf '%-4s|%3s|' ${this.words(1, 2)}`],
      [1, () => `printf '%b' ${this.of(["'a\\tb'", '"$ENV\\n"', "'x\\cy'", '"\\\\$MODE"'])}`],
      [
        1,
        () =>
          `printf ${this.of(["'%b-%s,'", "'%x %o|'", "'%05d:%+d '", "'<%.2s>\\n'", "'%5.1s|%%'", "'\\101\\c%s'", "'%i%z'", '-- %s', "'-%s'"])} ${this.words(0, 3)}`,
      ],
      [1, () => `echo $${this.name()} "$${this.name()}\\c" ${this.word()}`],
      [
        1,
        () =>
          `echo ${this.of(['$F', '"$G"', '-n $F', '-e'])} ${this.of(["'a\\tb'", '"\\$ENV"', "'\\0101\\x41'"])} ${this.word()}`,
      ],
      [this.dialect === 'bash' ? 1 : 0, () => `printf -v X '%s.' ${this.words(1, 2)}; echo "$X"`],
      [1, () => `printf "$${this.name()}"`],
      [1, () => `echo ${this.of(["'a\\tb'", "-e 'a\\tb'", '-n -n x', "'\\\\'", '-ne x', '"x\\c"', '--', '-'])}`],
    ]);
  }

  filter(): string {
    return this.of([
      'tr a-z A-Z',
      'tr -d e',
      "tr ' ' '\\n'",
      'tr -s s',
      'cut -c1-2',
      'cut -d: -f1',
      "cut -d' ' -f2",
      "sed 's/e/E/'",
      "sed 's/[a-m]/_/g'",
      "sed -E 's/(.)(.)/\\2\\1/'",
      'head -n 1',
      'tail -n 1',
      'sort',
      'cat',
      'wc -l',
      'rev',
      'uniq',
    ]);
  }

  pure(): string {
    return this.pick([
      [2, () => `basename ${this.of(['"$ENV"', '/a/$MODE', 'a/b.go .go', 'x/"$ENV"/'])}`],
      [1, () => `dirname ${this.of(['/a/$MODE/c', '"$ENV"', 'a//b'])}`],
      [1, () => `seq ${this.of(['3', '2 4', '1 2 5'])}`],
    ]);
  }

  arithmetic(): string {
    const term = () => this.of(['1', '2', '7', '0', 'K', '$K', '$#', '3', '${#ENV}', 'K']);
    return `$((${this.pick([
      [
        3,
        () => `${term()} ${this.of(['+', '-', '*', '<', '==', '>', '&&', '||', '%', '/'])} ${this.of(['1', '2', '3'])}`,
      ],
      [1, () => `(${term()} + ${term()}) * 2`],
      [1, () => `${term()} ? ${term()} : ${term()}`],
      [1, () => `-${this.of(['1', 'K', '2'])}`],
      [1, () => `!${this.of(['1', 'K', '0'])}`],
    ])}))`;
  }

  /** A word as a command gets it. */
  word(): string {
    return this.pick([
      [5, () => this.of(['build', 'run', 'ci', '-o', 'app', './cmd', '-v', '--flag=1', 'x', '-race'])],
      [5, () => `$${this.name()}`],
      [5, () => `"$${this.name()}"`],
      [4, () => this.braced(() => this.operand(false))],
      [3, () => `"${this.braced(() => this.operand(true))}"`],
      [2, () => `-x$${this.name()}`],
      [2, () => `"a $${this.name()} b"`],
      [1, () => `${this.of(['a', '$ENV', '"b "'])}${this.of(['$F', '"$G"', "'c d'"])}$${this.name()}`],
      [1, () => this.quoted(this.constant())],
      [4, () => this.substitution()],
      [2, () => (this.depth > 2 ? 'y' : `"${this.substitution()}"`)],
      [2, () => this.arithmetic()],
      [1, () => this.of(['$#', '"$@"', '$@', '$*', '"$*"', '$1', '"$2"', '$?', '"x$@y"', '"${@}"', '"$@$ENV"'])],
      [
        1,
        () =>
          this.of([
            'a\\ b',
            '\\$ENV',
            "'$ENV'",
            '"\\$ENV"',
            '"\\"q\\""',
            "''",
            '""',
            '"a\\b"',
            "a''b",
            '"a"\'b\'c',
            '"\\\\"',
          ]),
      ],
      [
        this.dialect === 'bash' ? 1 : 0,
        () =>
          this.of(['{a,b}c', 'x{1..3}', '{$ENV,q}', '"{a,b}"', "$'a\\tb'", '-{l,m}=$ENV', '{a,{b,c}}', '{x}', '$"q"']),
      ],
    ]);
  }

  operand(quoted: boolean): string {
    if (this.depth > 2) return 'd';
    this.depth += 1;
    const word = this.pick([
      [4, () => this.of(['-race', 'prod', 'dev', '', 'wd'])],
      [2, () => `$${this.name()}`],
      [1, () => (quoted ? 'a b' : this.of(['"a b"', "'a b'", 'a b', '"a"b', "''", '""']))],
      [1, () => (quoted ? this.of(['"a b"', '"$F"']) : `"$${this.name()}"`)],
      [1, () => this.braced(() => 'n')],
      [1, () => this.substitution()],
    ]);
    this.depth -= 1;
    return word;
  }

  words(min: number, max: number): string {
    return Array.from({ length: this.upto(min, max) }, () => this.word()).join(' ');
  }

  assigned(): string {
    return this.pick([
      [3, () => this.quoted(this.constant())],
      [3, () => `"$${this.name()} ${this.of(['-x', '-race', 'q'])}"`],
      [2, () => `"$F -y"`],
      [2, () => `$${this.name()}`],
      [3, () => this.braced(() => this.operand(false).replace(/ /g, ''))],
      [3, () => this.substitution()],
      [1, () => this.arithmetic()],
      [1, () => `a$${this.name()}:"$${this.name()}"`],
      [1, () => ''],
    ]);
  }

  // ------------------------------------------------------------------------------------------------ conditions

  operandOfTest(): string {
    return this.pick([
      [8, () => `"$${this.name()}"`],
      [2, () => `$${this.name()}`],
      [1, () => `x$${this.name()}`],
      [1, () => `"\${${this.name()}:-dev}"`],
      [1, () => (this.depth > 2 ? 'k' : `"${this.substitution()}"`)],
    ]);
  }

  test(): string {
    const left = () => this.operandOfTest();
    const right = () =>
      this.pick([
        [5, () => this.of(['prod', 'test', 'dev', 'on', '1', 'xprod', '"a b"', '""'])],
        [1, () => `"$${this.name()}"`],
      ]);
    return this.pick([
      [10, () => `[ ${left()} ${this.of(['=', '!=', '='])} ${right()} ]`],
      [2, () => `test ${left()} ${this.of(['=', '!='])} ${right()}`],
      [3, () => `[ ${this.of(['-n', '-z'])} ${left()} ]`],
      [2, () => `[ ${left()} ]`],
      [2, () => `[ ! ${left()} ${this.of(['=', '!='])} ${right()} ]`],
      [1, () => `[ ! ${this.of(['-n', '-z'])} ${left()} ]`],
      [2, () => `[ ${left()} = ${right()} ${this.of(['-a', '-o'])} ${left()} = ${right()} ]`],
      [
        1,
        () =>
          `[ ${this.of(['$#', '"$#"', '${#ENV}', '"$RACE"', '1'])} ${this.of(['-eq', '-ne', '-gt', '-lt', '-ge'])} ${this.of(['1', '0', '2', '"$MODE"'])} ]`,
      ],
      [1, () => `[ ${left()} == ${right()} ]`],
      [1, () => `[ ${left()} ${this.of(['\\<', '\\>'])} ${right()} ]`],
      [1, () => `[ \\( ${left()} = ${right()} \\) ]`],
      [this.dialect === 'dash' ? 1 : 4, () => this.doubleBracket()],
      [1, () => this.of(['true', 'false', ':', '(exit 3)', 'nosuch'])],
      [
        1,
        () =>
          `case $${this.name()} in ${this.pattern()}) ${this.of(['true', 'false'])};; *) ${this.of(['true', 'false'])};; esac`,
      ],
      [this.dialect === 'bash' ? 1 : 0, () => `((${this.of(['${#ENV} > 3', 'K == 0', '$# - 1', '1', '0'])}))`],
      [1, () => `$${this.of(this.selectors)}`],
    ]);
  }

  doubleBracket(): string {
    const name = this.name();
    return this.pick([
      [3, () => `[[ $${name} == ${this.pattern()} ]]`],
      [2, () => `[[ $${name} != ${this.pattern()} ]]`],
      [1, () => `[[ -n $${name} && $${this.name()} = ${this.of(['prod', '1'])} ]]`],
      [1, () => `[[ ! -z $${name} ]]`],
      [
        this.dialect === 'bash' ? 2 : 0,
        () => `[[ $${name} =~ ${this.of(['^p', 't$', 'e.', '^(prod|dev)$', '[0-9]+'])} ]]`,
      ],
      [1, () => `[[ -z $${name} || ( $${name} = 1 ) ]]`],
    ]);
  }

  condition(): string {
    return this.pick([
      [8, () => this.test()],
      [1, () => `! ${this.test()}`],
      [2, () => `${this.test()} ${this.of(['&&', '||'])} ${this.test()}`],
      [1, () => `{ ${this.test()}; }`],
      [1, () => `( ${this.test()} )`],
      [1, () => `${this.printing()} | grep -q e`],
    ]);
  }

  // ------------------------------------------------------------------------------------------------ statements

  recorded(): string {
    if (this.silent > 0) return `echo ${this.words(1, 2)}`;
    const program = this.of(RECORDED);
    return this.pick([
      [10, () => `${program} ${this.words(1, 4)}`],
      [
        2,
        () =>
          `${this.of(['F', 'NODE_ENV', this.of(this.selectors)])}=${this.assigned()} ${program} ${this.words(1, 2)}`,
      ],
      [
        1,
        () =>
          `env ${this.of(['F=1', 'NODE_ENV=$ENV', '"G=$MODE"', '-u ENV', '-i F=q PATH="$PATH"', '-u RACE F=$MODE'])} ${program} ${this.words(1, 2)}`,
      ],
      [1, () => `command ${program} ${this.words(1, 2)}`],
      [
        1,
        () =>
          `sh -c '${program} ${this.of(['$ENV', '"$F"', '$1 $0', '"$@"', '$# x'])}' ${this.of(['', '', `z ${this.words(1, 2)}`, '_ $ENV'])}`,
      ],
      [
        1,
        () =>
          `sh -${this.of(['e', 'u', ''])}c "${program} $${this.name()}; ${this.of(['false', 'exit 2', 'true'])}; ${program} end"`,
      ],
      [1, () => `eval "${program} ${this.of(['$F', '\\$F', '$ENV', '\\"$F\\"', "'$MODE'"])} ${this.of(['q', '$G'])}"`],
      [1, () => `${program} ${this.words(1, 2)} > .o`],
      [1, () => `${program} ${this.words(1, 2)} >/dev/null 2>&1`],
      [1, () => `${program} ${this.words(1, 2)} || true`],
      [1, () => `exec ${program} ${this.words(1, 2)}`],
      [1, () => `. ./${LIBRARY.path}${this.chance(50) ? '; lib "$F" q' : ''}`],
      [1, () => `sh ./${LIBRARY.path} ${this.words(0, 2)}`],
    ]);
  }

  assignment(): string {
    const name = this.chance(70) ? this.of(['F', 'G', 'X', 'F']) : this.of([...this.selectors, 'NODE_ENV']);
    return this.pick([
      [10, () => `${name}=${this.assigned()}`],
      [2, () => `export ${name}=${this.assigned()}`],
      [1, () => `export ${name}`],
      [1, () => `unset ${name}`],
      [2, () => `K=${this.of(['1', '2', '0', '${#ENV}', '$((K + 1))', '$#'])}`],
      [1, () => `${name}=${this.assigned()} G=${this.assigned()}`],
      [1, () => `: "\${${name}:=${this.of(['wd', '$ENV', 'a b'])}}"`],
      [this.dialect === 'bash' ? 1 : 0, () => `${name}+=${this.of(['-z', '" -q"', '$ENV'])}`],
      [
        this.dialect === 'bash' ? 1 : 0,
        () =>
          this.of([
            'A=(-a "$ENV" $F)',
            'A+=(-b)',
            'go "${A[@]}" ${#A[@]} ${A[0]}',
            'A=(); A+=(x "y z"); go "${A[@]}" "${A[*]}"',
            'A[1]=k; go ${A[1]} "${A[@]}"',
          ]),
      ],
    ]);
  }

  statement(): string {
    if (this.depth > 4) return this.recorded();
    this.depth += 1;
    const made = this.pick([
      [12, () => this.recorded()],
      [10, () => this.assignment()],
      [8, () => this.conditional()],
      [4, () => this.cases()],
      [3, () => this.loop()],
      [5, () => this.list()],
      [2, () => this.functionCall()],
      [2, () => this.group()],
      [2, () => this.piped()],
      [3, () => this.setting()],
      [2, () => this.heredoc()],
      [2, () => this.printing()],
      [2, () => this.leaving()],
    ]);
    this.depth -= 1;
    return made;
  }

  block(min = 1, max = 3): string {
    return Array.from({ length: this.upto(min, max) }, () => this.statement()).join('\n');
  }

  conditional(): string {
    let out = `if ${this.condition()}; then\n${this.block(1, 2)}\n`;
    if (this.chance(25)) out += `elif ${this.condition()}; then\n${this.block(1, 2)}\n`;
    if (this.chance(50)) out += `else\n${this.block(1, 2)}\n`;
    return `${out}fi`;
  }

  cases(): string {
    const items = Array.from({ length: this.upto(1, 3) }, () => {
      const patterns = Array.from({ length: this.upto(1, 2) }, () => this.pattern()).join('|');
      const end = this.dialect === 'bash' && this.chance(10) ? this.of([';&', ';;&']) : ';;';
      return `${this.chance(30) ? '(' : ''}${patterns})\n${this.block(1, 2)}\n${end}`;
    });
    return `case ${this.of([`"$${this.name()}"`, `$${this.name()}`, `x$${this.name()}`, `"\${${this.name()}:-dev}"`])} in\n${items.join('\n')}\n${this.chance(40) ? `*)\n${this.block(1, 1)}\n;;\n` : ''}esac`;
  }

  loop(): string {
    this.loops += 1;
    const body = this.block(1, 3);
    this.loops -= 1;
    const counter = `n${this.loops}`;
    return this.pick([
      [4, () => `for i in ${this.words(1, 3)}; do\n${body}\ndone`],
      [1, () => `for i in $(seq ${this.of(['2', '3'])}); do\n${body}\ndone`],
      [1, () => `for i; do\n${body}\ndone`],
      [
        2,
        () =>
          `${counter}=0\nwhile [ $${counter} -lt ${this.of(['2', '3'])} ]; do\n${counter}=$(($${counter} + 1))\n${body}\ndone`,
      ],
      [
        1,
        () =>
          `${counter}=3\nuntil [ "$${counter}" = 0 ]${this.chance(30) ? ` || ${this.test()}` : ''}; do\n${counter}=$((${counter} - 1))\n${body}\ndone`,
      ],
      [
        1,
        () =>
          `${counter}=0\nwhile [ $${counter} -lt 2 ] && ${this.test()}; do\n${counter}=$(($${counter} + 1))\n${body}\ndone`,
      ],
    ]);
  }

  list(): string {
    const simple = () =>
      this.pick([
        [3, () => this.recorded()],
        [3, () => this.assignment()],
        [1, () => this.of(['false', 'true', ':'])],
      ]);
    return this.pick([
      [4, () => `${this.condition()} && ${simple()}`],
      [2, () => `${this.condition()} || ${simple()}`],
      [2, () => `${this.test()} && ${simple()} || ${simple()}`],
      [1, () => `${this.test()} || ${simple()} && ${simple()}`],
      [1, () => `! ${this.test()}`],
      [1, () => `${simple()} && ${simple()}`],
      [1, () => `{ ${this.test()} && ${simple()}; } || ${simple()}`],
    ]).replace(/(\|\||&&) (\S+=\S* ?)*$/, '$1 true');
  }

  functionCall(): string {
    if (this.functions > 0) return this.recorded();
    this.functions += 1;
    const name = this.of(['f', 'g']);
    // bash: a local variable without a value hides the exported one from the shell, but not from its commands.
    const local = this.chance(40)
      ? `local ${this.of(['F', 'X', 'ENV'])}${this.of(['=1', this.dialect === 'bash' ? '=' : '', `="$${this.name()}"`])}\n`
      : '';
    const body = this.block(1, 3);
    this.functions -= 1;
    const call = this.of([
      `${name} ${this.words(0, 2)}`,
      `${name} a || go failed`,
      `${name} && go fine`,
      `if ${name} ${this.words(0, 1)}; then go yes; fi`,
      `go $(${name} ${this.words(0, 1)})`,
      `F=q ${name}`,
      `${name} $ENV; go $? "$F"`,
      `${this.test()} && ${name}`,
    ]);
    if (call.startsWith('go $(') && RECORDED.some((program) => body.includes(program)))
      return `${name}() {\n${local}${body}\n}\n${name}`;
    return `${name}() {\n${local}${body}\n}\n${call}`;
  }

  group(): string {
    return this.pick([
      [3, () => `(\n${this.block(1, 3)}\n)`],
      [2, () => `{\n${this.block(1, 2)}\n}`],
      [1, () => `(\n${this.block(1, 2)}\n) || go after-subshell`],
      [1, () => `{\n${this.block(1, 2)}\n} && go after-group`],
      [1, () => `X=$(\n${this.quietly(() => this.block(1, 2))}\n)`],
      [1, () => `{\n${this.block(1, 2)}\n} > .o`],
    ]);
  }

  quietly(make: () => string): string {
    this.silent += 1;
    const made = make();
    this.silent -= 1;
    return made;
  }

  piped(): string {
    return this.pick([
      [2, () => `${this.printing()} | ${this.recorded()}`],
      [1, () => `{\n${this.block(1, 2)}\n} | cat`],
      [1, () => `${this.printing()} | while read -r i; do\ngo line "$i"\ndone`],
      [1, () => `${this.printing()} | { read i; go "$i" $i; }`],
      [1, () => `${this.printing()} | ${this.filter()}`],
      [1, () => `${this.printing()} | (\n${this.block(1, 2)}\n)`],
      [1, () => `false | true && go pipe`],
      [1, () => `true | ${this.test()} || go last`],
    ]);
  }

  setting(): string {
    return this.pick([
      [4, () => 'set -e'],
      [1, () => 'set +e'],
      [2, () => 'set -u'],
      [1, () => this.of(['set -eu', 'set -ex 2>/dev/null', 'set +u', 'set -o errexit', 'set -f', 'set +x'])],
      [this.dialect === 'dash' ? 1 : 2, () => 'set -o pipefail'],
      [3, () => `set -- ${this.words(0, 3)}`],
      [1, () => `set -- "$@" ${this.words(1, 2)}`],
      [1, () => this.of(['shift', 'shift 2', 'shift 2>/dev/null || true', '[ $# -gt 0 ] && shift'])],
      [1, () => this.of(['IFS=:', "IFS=', '", "IFS=''", 'unset IFS', "IFS=' '", 'IFS=:e'])],
    ]);
  }

  heredoc(): string {
    const body = () =>
      this.of([
        'a $ENV b',
        '${MODE:-none}',
        '\'$RACE\' "$F"',
        '$(echo $ENV)',
        '\\$ENV $((1 + 1))',
        'plain',
        '"$ENV"',
        'x\\\ny',
      ]);
    const lines = Array.from({ length: this.upto(1, 2) }, body).join('\n');
    const mark = this.of(['EOF', "'EOF'", '"EOF"', '\\EOF']);
    return this.pick([
      [2, () => `cat <<${mark}\n${lines}\nEOF`],
      [2, () => `F=$(cat <<${mark}\n${lines}\nEOF\n)`],
      [1, () => `cat <<-${mark} | tr a-z A-Z\n\t${lines.replaceAll('\\\n', '').replaceAll('\n', '\n\t')}\n\tEOF`],
      [2, () => `while read -r i ${this.of(['', 'j'])}; do\ngo "$i" "$j"\ndone <<EOF\n${lines}\nEOF`],
      [1, () => `read i j <<EOF\n${lines}\nEOF\ngo "$i" "$j"`],
      [this.dialect === 'dash' ? 0 : 1, () => `cat <<< "$${this.name()}"`],
      // ash: an expansion that fails in the document ends the command only.
      [this.dialect === 'ash' ? 0 : 1, () => `go heredoc <<${mark}\n${lines}\nEOF`],
    ]);
  }

  leaving(): string {
    return this.pick([
      [2, () => `${this.test()} && exit ${this.of(['0', '1', '3', ''])}`],
      [1, () => `if ${this.test()}; then\nexit ${this.of(['1', '2', '$?'])}\nfi`],
      [
        this.loops > 0 ? 5 : 0,
        () => `${this.test()} && ${this.of(['break', 'continue', 'break', 'continue', 'break 2', 'continue 2'])}`,
      ],
      [this.functions > 0 ? 4 : 0, () => `${this.test()} && return ${this.of(['', '0', '1', '5'])}`],
      [1, () => `${this.test()} || { ${this.recorded()}; exit 4; }`],
      [1, () => 'go $?'],
      [1, () => 'false'],
      [1, () => 'trap : INT'],
    ]);
  }
}

/** A script and the shell that it is for. */
export function samples(dialects: readonly Dialect[]): fc.Arbitrary<Sample> {
  return fc.gen().map((g) => {
    const dialect = g(fc.constantFrom, ...dialects);
    const writer = new Writer(g, dialect);
    return { dialect, text: `${writer.block(2, 6)}\n` };
  });
}
