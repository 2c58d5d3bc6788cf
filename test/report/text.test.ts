import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/lint/report.js';
import { renderText } from '../../src/report/text.js';
import { finding, locate, report, story, storyFinding } from './samples.js';

const show = (what: Report, texts: { readonly [file: string]: string }, width = 80, colour = false) =>
  `\n${renderText(what, { width, colour, textOf: (file) => texts[file] })}`;

describe('the text report', () => {
  it('tells the story at 80 columns', () => {
    expect(show(report([storyFinding]), { Dockerfile: story })).toMatchInlineSnapshot(`
      "
      Dockerfile:3:14  error  conditional-race-detector
        The Go race detector is compiled into cli in some environments only.

          2 │ ARG ENV
        > 3 │ RUN go build $(case "$ENV" in (local|testing) echo "-race ";; esac) -o …
            │              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          4 │ FROM debian:bookworm-slim

        ENV=local, testing → go build -race -o cli ./cmd/service
                                      ~~~~~
        otherwise          → go build -o cli ./cmd/service

        why:  The race detector needs 5 to 10 times the memory and 2 to 20 times the
              time.
        help: Build one image without -race for all environments, and run the tests
              with -race in a stage of their own.
        also: Dockerfile:2:1 ENV comes from here
            > 2 │ ARG ENV
        https://envariant.example/rules/conditional-race-detector

      ✖ 1 error in 1 build file
      "
    `);
  });

  it('tells the story at 40 columns', () => {
    expect(show(report([storyFinding]), { Dockerfile: story }, 40)).toMatchInlineSnapshot(`
      "
      Dockerfile:3:14
        error  conditional-race-detector
        The Go race detector is compiled into
        cli in some environments only.

          2 │ ARG ENV
        > 3 │ … $(case "$ENV" in (local|testi…
            │   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          4 │ FROM debian:bookworm-slim

        ENV=local, testing
          → go build -race -o cli
                     ~~~~~
              ./cmd/service
        otherwise
          → go build -o cli ./cmd/service

        why:  The race detector needs 5 to 10
              times the memory and 2 to 20
              times the time.
        help: Build one image without -race
              for all environments, and run
              the tests with -race in a stage
              of their own.
        also: Dockerfile:2:1 ENV comes from
              here
            > 2 │ ARG ENV
        https://envariant.example/rules/conditional-race-detector

      ✖ 1 error in 1 build file
      "
    `);
  });

  it('colours', () => {
    expect(
      show(report([storyFinding]), { Dockerfile: story }, 80, true).replaceAll('\u001b', '␛'),
    ).toMatchInlineSnapshot(`
      "
      ␛[1mDockerfile:3:14␛[0m  ␛[1;31merror␛[0m  ␛[1mconditional-race-detector␛[0m
        The Go race detector is compiled into cli in some environments only.

      ␛[2m    2 │ ␛[0mARG ENV
      ␛[1;31m  > ␛[0m␛[2m3 │ ␛[0mRUN go build ␛[1;31m$(case "$ENV" in (local|testing) echo "-race ";; esac)␛[0m -o …
      ␛[2m      │ ␛[0m␛[1;31m             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^␛[0m
      ␛[2m    4 │ ␛[0mFROM debian:bookworm-slim

        ␛[1mENV=local, testing␛[0m ␛[2m→ ␛[0mgo build ␛[1;33m-race␛[0m -o cli ./cmd/service
        ␛[1motherwise         ␛[0m ␛[2m→ ␛[0mgo build -o cli ./cmd/service

        ␛[1mwhy:  ␛[0mThe race detector needs 5 to 10 times the memory and 2 to 20 times the
              time.
        ␛[1mhelp: ␛[0mBuild one image without -race for all environments, and run the tests
              with -race in a stage of their own.
        ␛[1malso: ␛[0m␛[1mDockerfile:2:1␛[0m ENV comes from here
      ␛[1;36m      > ␛[0m␛[2m2 │ ␛[0m␛[1;36mARG ENV␛[0m
      ␛[2m  https://envariant.example/rules/conditional-race-detector␛[0m

      ␛[1;31m✖ ␛[0m1 error in 1 build file
      "
    `);
  });

  it('says one line about a clean project', () => {
    expect(show(report([], [], 3), {})).toMatchInlineSnapshot(`
      "
      ✔ 3 build files: every environment gets the same image
      "
    `);
    expect(show(report([], [], 1), {})).toMatchInlineSnapshot(`
      "
      ✔ 1 build file: every environment gets the same image
      "
    `);
  });

  it('marks places of several lines, exactly at their ends', () => {
    const text =
      'FROM alpine\nRUN set -e; \\\n\tif [ "$ENV" = prod ]; then \\\n\t\tmake release; \\\n\telse make; fi; \\\n    make clean\nUSER app\n';
    const part = 'if [ "$ENV" = prod ]; then \\\n\t\tmake release; \\\n\telse make; fi';
    const whole = finding(locate('Dockerfile', text, text.slice(text.indexOf('RUN'), text.indexOf('\nUSER'))), {
      severity: 'info',
      rule: 'whole',
    });
    const inner = finding(locate('Dockerfile', text, part), {
      severity: 'warning',
      rule: 'inner',
      confidence: 'assumed',
    });
    expect(show(report([inner, whole]), { Dockerfile: text })).toMatchInlineSnapshot(`
      "
      Dockerfile:2:1  info  whole
        The Go race detector is compiled into cli in some environments only.

          1 │ FROM alpine
        > 2 │ RUN set -e; \\
        > 3 │     if [ "$ENV" = prod ]; then \\
        > 4 │         make release; \\
        > 5 │     else make; fi; \\
        > 6 │     make clean
          7 │ USER app

      Dockerfile:3:2  warning  inner  (assumed)
        The Go race detector is compiled into cli in some environments only.

          2 │ RUN set -e; \\
        > 3 │     if [ "$ENV" = prod ]; then \\
        > 4 │         make release; \\
        > 5 │     else make; fi; \\
            │     ^^^^^^^^^^^^^
          6 │     make clean

      ▲ 1 warning, 1 info in 1 build file
      "
    `);
  });

  it('folds the middle of long places', () => {
    const text = `FROM a\nRUN <<EOF\n${Array.from({ length: 40 }, (_, index) => `step ${index}`).join('\n')}\nEOF\n`;
    const at = { file: 'Dockerfile', line: 2, column: 1, endLine: 44, endColumn: 1 };
    expect(show(report([finding(at)]), { Dockerfile: text })).toMatchInlineSnapshot(`
      "
      Dockerfile:2:1  error  conditional-race-detector
        The Go race detector is compiled into cli in some environments only.

           1 │ FROM a
        >  2 │ RUN <<EOF
        >  3 │ step 0
        >  4 │ step 1
        >  5 │ step 2
        >  ⋮ │ … 36 lines
        > 42 │ step 39
        > 43 │ EOF

      ✖ 1 error in 1 build file
      "
    `);
  });

  it('cuts long lines around the mark', () => {
    const text = `RUN ${'echo a && '.repeat(30)}go build $RACE && ${'echo b && '.repeat(30)}true\n`;
    expect(show(report([finding(locate('Dockerfile', text, '$RACE'))]), { Dockerfile: text })).toMatchInlineSnapshot(`
      "
      Dockerfile:1:314  error  conditional-race-detector
        The Go race detector is compiled into cli in some environments only.

        > 1 │ …& go build $RACE && echo b && echo b && echo b && echo b && echo b && …
            │             ^^^^^

      ✖ 1 error in 1 build file
      "
    `);
    const long = `RUN true && ${'make x && '.repeat(30)}true\n`;
    const part = long.slice(12, -6);
    expect(show(report([finding(locate('Dockerfile', long, part))]), { Dockerfile: long })).toMatchInlineSnapshot(`
      "
      Dockerfile:1:13  error  conditional-race-detector
        The Go race detector is compiled into cli in some environments only.

        > 1 │ … make x && make x && make x && make x && make x && make x && make x &&…
            │   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

      ✖ 1 error in 1 build file
      "
    `);
  });

  it('keeps marks in place after tabs, wide characters and emoji', () => {
    const text = 'RUN\techo 日本語 👩‍👩‍👧 é && make $X\n';
    expect(show(report([finding(locate('Dockerfile', text, '$X'))]), { Dockerfile: text })).toMatchInlineSnapshot(`
      "
      Dockerfile:1:33  error  conditional-race-detector
        The Go race detector is compiled into cli in some environments only.

        > 1 │ RUN echo 日本語 👩‍👩‍👧 é && make $X
            │                              ^^

      ✖ 1 error in 1 build file
      "
    `);
  });

  it('never lets a control character through', () => {
    const text = 'RUN echo \u001b[2J\u0007\u202eabc\u0085 $X\r\n';
    const variants = [
      { when: { X: ['\u001b[31m', ''] }, value: 'echo \u001b]0;title\u0007\n\ufeff' },
      { when: 'otherwise' as const, value: null },
    ];
    const at = locate('Docker\u001bfile', text, '$X');
    const shown = show(report([finding(at, { variants, message: 'a \u001b[1m b' })]), { 'Docker\u001bfile': text });
    expect(shown).toMatchInlineSnapshot(`
      "
      Docker␛file:1:21  error  conditional-race-detector
        a ␛[1m b

        > 1 │ RUN echo ␛[2J␇<U+202E>abc<U+0085> $X
            │                                   ^^

        X=␛[31m, "" → echo ␛]0;title␇␊<U+FEFF>
        otherwise   → (not run)

      ✖ 1 error in 1 build file
      "
    `);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  it('groups by file, with problems after findings', () => {
    const problem = {
      location: { file: 'b/Dockerfile', line: 2, column: 1, endLine: 2, endColumn: 4 },
      message: 'Unknown instruction RNU; the rest of the file is read without it.',
    };
    const missing = {
      location: { file: 'c/Dockerfile', line: 1, column: 1, endLine: 1, endColumn: 1 },
      message: 'is a binary file',
    };
    const a = finding(
      { file: 'b/Dockerfile', line: 1, column: 6, endLine: 1, endColumn: 12 },
      { severity: 'warning', rule: 'x', message: 'Differs.' },
    );
    const b = finding(
      { file: 'a/Dockerfile', line: 1, column: 6, endLine: 1, endColumn: 12 },
      { rule: 'y', message: 'Differs.' },
    );
    const texts = { 'a/Dockerfile': 'FROM alpine\n', 'b/Dockerfile': 'FROM alpine\nRNU x\n' };
    expect(show(report([a, b], [problem, missing], 14), texts)).toMatchInlineSnapshot(`
      "
      ─ a/Dockerfile ────────────────────────────────────────────────────────────────

      a/Dockerfile:1:6  error  y
        Differs.

        > 1 │ FROM alpine
            │      ^^^^^^

      ─ b/Dockerfile ────────────────────────────────────────────────────────────────

      b/Dockerfile:1:6  warning  x
        Differs.

        > 1 │ FROM alpine
            │      ^^^^^^
          2 │ RNU x

      b/Dockerfile:2:1  note
        Unknown instruction RNU; the rest of the file is read without it.

        > 2 │ RNU x
            │ ^^^

      ─ c/Dockerfile ────────────────────────────────────────────────────────────────

      c/Dockerfile:1:1  note
        is a binary file

      ✖ 1 error, 1 warning in 2 of 14 build files; 2 notes
      "
    `);
    expect(show(report([], [missing], 2), {})).toMatchInlineSnapshot(`
      "
      c/Dockerfile:1:1  note
        is a binary file

      ✔ 2 build files: no difference between environments found (1 note)
      "
    `);
  });
});

describe('the table of environments', () => {
  const table = (variants: Report['findings'][number]['variants'], width = 80) =>
    show(
      report([finding({ file: 'D', line: 1, column: 1, endLine: 1, endColumn: 1 }, { variants, message: 'M.' })]),
      {},
      width,
    );

  it('names environments', () => {
    expect(
      table([
        { when: { ENV: ['prod', 'my env', 'unset'], RACE: [null] }, value: 'a' },
        { when: { ENV: [''] }, value: 'b' },
        { when: { ENV: [null, 'x'] }, value: null },
        { when: { ENV: { not: ['prod', 'my env', 'unset', '', null, 'x'] } }, value: '' },
        { when: { ENV: { not: ['prod'] } }, value: 'e' },
        { when: { ENV: { not: [null] } }, value: 'f' },
        { when: { ENV: { not: [null, 'q'] } }, value: 'g' },
        { when: {}, value: 'h' },
      ]),
    ).toMatchInlineSnapshot(`
      "
      D:1:1  error  conditional-race-detector
        M.

        ENV=prod, "my env", "unset" and RACE unset
          → a
        ENV=""
          → b
        ENV=x or unset
          → (not run)
        any other ENV
          → (empty)
        ENV not prod
          → e
        ENV set
          → f
        ENV set, not q
          → g
        every environment
          → h

      ✖ 1 error in 1 build file
      "
    `);
  });

  it('shortens what long commands share, and never what differs', () => {
    const command = (type: string, more: string) =>
      `cmake -S . -B build -G Ninja -DCMAKE_INSTALL_PREFIX=/opt/service -DBUILD_SHARED_LIBS=OFF -DCMAKE_BUILD_TYPE=${type} -DWITH_TLS=ON -DWITH_HTTP2=ON -DWITH_ZSTD=ON -DWITH_LTO=ON ${more}-DWITH_DOCS=OFF`;
    const variants = [
      { when: { ENV: ['prod'] }, value: command('Release', '') },
      { when: { ENV: [null] }, value: command('Debug', '-DSANITIZE=address,undefined ') },
      { when: 'otherwise' as const, value: command('RelWithDebInfo', '') },
    ];
    expect(table(variants)).toMatchInlineSnapshot(`
      "
      D:1:1  error  conditional-race-detector
        M.

        ENV=prod  → cmake -S … -DBUILD_SHARED_LIBS=OFF -DCMAKE_BUILD_TYPE=Release
                                                       ~~~~~~~~~~~~~~~~~~~~~~~~~~
                      -DWITH_TLS=ON … -DWITH_LTO=ON -DWITH_DOCS=OFF
        ENV unset → cmake -S … -DBUILD_SHARED_LIBS=OFF -DCMAKE_BUILD_TYPE=Debug
                                                       ~~~~~~~~~~~~~~~~~~~~~~~~
                      -DWITH_TLS=ON … -DWITH_LTO=ON -DSANITIZE=address,undefined
                                                    ~~~~~~~~~~~~~~~~~~~~~~~~~~~~
                      -DWITH_DOCS=OFF
        otherwise → cmake -S … -DBUILD_SHARED_LIBS=OFF
                      -DCMAKE_BUILD_TYPE=RelWithDebInfo -DWITH_TLS=ON … -DWITH_LTO=ON
                      ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
                      -DWITH_DOCS=OFF

      ✖ 1 error in 1 build file
      "
    `);
    expect(table(variants, 40)).toMatchInlineSnapshot(`
      "
      D:1:1  error  conditional-race-detector
        M.

        ENV=prod
          → cmake -S … -DBUILD_SHARED_LIBS=OFF
              -DCMAKE_BUILD_TYPE=Release
              ~~~~~~~~~~~~~~~~~~~~~~~~~~
              -DWITH_TLS=ON … -DWITH_LTO=ON
              -DWITH_DOCS=OFF
        ENV unset
          → cmake -S … -DBUILD_SHARED_LIBS=OFF
              -DCMAKE_BUILD_TYPE=Debug
              ~~~~~~~~~~~~~~~~~~~~~~~~
              -DWITH_TLS=ON … -DWITH_LTO=ON
              -DSANITIZE=address,undefined
              ~~~~~~~~~~~~~~~~~~~~~~~~~~~~
              -DWITH_DOCS=OFF
        otherwise
          → cmake -S … -DBUILD_SHARED_LIBS=OFF
              -DCMAKE_BUILD_TYPE=RelWithDebInf
              ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
              o -DWITH_TLS=ON … -DWITH_LTO=ON
              ~
              -DWITH_DOCS=OFF

      ✖ 1 error in 1 build file
      "
    `);
  });

  it('puts long names above, and folds very many rows', () => {
    const many = ['development', 'integration', 'load-testing', 'acceptance', 'staging'];
    expect(
      table([
        { when: { DEPLOYMENT_ENVIRONMENT: many }, value: 'npm ci' },
        { when: 'otherwise', value: 'npm ci --omit=dev' },
      ]),
    ).toMatchInlineSnapshot(`
      "
      D:1:1  error  conditional-race-detector
        M.

        DEPLOYMENT_ENVIRONMENT=development, integration, load-testing, acceptance,
            staging
          → npm ci
        otherwise
          → npm ci --omit=dev
                   ~~~~~~~~~~

      ✖ 1 error in 1 build file
      "
    `);
    const rows = Array.from({ length: 30 }, (_, index) => ({ when: { N: [String(index)] }, value: `make ${index}` }));
    expect(table(rows)).toContain('… 19 more groups');
  });
});
