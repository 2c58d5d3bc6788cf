import { describe, expect, it } from 'vitest';
import { lint } from '../../../src/index.js';
import { dockerfile, planOf } from './files.js';

/** The rules that speak, with the place. */
function told(text: string): readonly string[] {
  const { findings, problems } = lint(['Dockerfile'], dockerfile(text));
  expect(problems).toEqual([]);
  return findings.map(({ rule, location }) => `${location.line}:${location.column} ${rule}`);
}

describe('what ships', () => {
  it('is what a generator of makefiles prepared, wherever make puts it', () => {
    const build = (steps: string): string =>
      `FROM debian:12 AS b\nARG BUILD_TYPE=Release\nCOPY . /src\nWORKDIR /src/build\nRUN ${steps}\nFROM debian:12\nCOPY --from=b /usr/local /usr/local\n`;
    expect(told(build('cmake .. -DCMAKE_BUILD_TYPE=$BUILD_TYPE && make install'))).toEqual([
      '5:5 conditional-build-flags',
    ]);
    expect(told(build('cmake .. -DCMAKE_BUILD_TYPE=$BUILD_TYPE && cmake --build . --target install'))).toEqual([
      '5:5 conditional-build-flags',
    ]);
    expect(told(build('cmake .. -DCMAKE_BUILD_TYPE=$BUILD_TYPE && ctest'))).toEqual([]);
  });

  it('may lie in the working directory of the base image', () => {
    const build = (output: string, copied: string): string =>
      `FROM golang:1.22 AS b\nARG ENV\nCOPY . .\nRUN go build $(if [ "$ENV" = test ]; then echo -race; fi) -o ${output} .\nFROM debian:12\nCOPY --from=b ${copied} /app\n`;
    expect(told(build('app', '/go/app'))).toEqual(['4:5 conditional-build-flags']);
    expect(told(build('/bin/one', '/bin/two'))).toEqual([]);
  });

  it('is copied from a folder that depends on the environment', () => {
    const text =
      'FROM rust:1.79 AS b\nARG PROFILE=release\nCOPY . .\nRUN case $PROFILE in release) cargo build --release;; debug) cargo build;; *) exit 1; esac && cp target/$PROFILE/app /app\nFROM debian:12\nCOPY --from=b /app /\n';
    const [found] = lint(['Dockerfile'], dockerfile(text)).findings;
    expect(found?.variants.map(({ value }) => value)).toEqual(['cargo build --release', 'cargo build']);
  });

  it('where nothing makes what is copied, sources that are always there are no difference', () => {
    const text =
      'FROM rust:1.79 AS b\nARG ENV=prod\nWORKDIR /b\nCOPY . .\nRUN case $ENV in prod) cargo build --release && cp target/release/app /app;; dev) cargo build && cp target/debug/app /app;; esac\nFROM debian:12\nCOPY --from=b /app /\n';
    expect(told(text)).toEqual(['5:24 conditional-build-flags']);
  });
});

describe('a here-document that a shell reads', () => {
  const body = 'if [ "$ENV" = dev ]; then\n  pip install -r dev.txt\nfi\n';
  const file = (line: string, script = body, end = 'EOF'): string =>
    `FROM python:3.12\nARG ENV\nRUN ${line}\n${script}${end}\n`;

  it.each(['<<EOF', '<<EOF sh', 'bash -eu <<"EOF"', '/bin/bash -o pipefail <<EOF'])('is a script: %s', (line) => {
    expect(told(file(line))).toEqual(['5:3 conditional-dependencies']);
  });

  it('has its places in a file with CRLF', () => {
    expect(told(file('<<EOF').replaceAll('\n', '\r\n'))).toEqual(['5:3 conditional-dependencies']);
    expect(told(file('<<-EOF', body.replace(/^/gm, '\t')).replaceAll('\n', '\r\n'))).toEqual([
      '5:4 conditional-dependencies',
    ]);
  });

  it('is not read as it stands where the outer shell would change it', () => {
    const own = 'ENV=dev\nif [ "$ENV" = dev ]; then pip install -r dev.txt; fi\n';
    expect(told(file('bash <<"EOF"', own))).toEqual([]);
    expect(planOf(file('bash <<EOF', own), new Map()).environments[0]?.commands[0]?.argv[0]).toBe('bash');
  });
});

describe('ARG', () => {
  it('keeps an earlier value where the global one of its name has none', () => {
    const text = 'ARG A\nFROM debian:12\nARG A=x\nARG A\nRUN probe "$A"\n';
    const { environments } = planOf(text, new Map([['A', undefined]]));
    expect(environments.map(({ commands }) => commands.map(({ argv }) => argv))).toEqual([[['probe', 'x']]]);
  });
});

describe('a word that the builder cannot read', () => {
  it('is told with its place', () => {
    const { problems } = lint(['Dockerfile'], dockerfile('FROM debian:12\nENV A=${}\nWORKDIR "x\n'));
    expect(problems.map(({ location, message }) => `${location.line}:${location.column} ${message}`)).toEqual([
      '2:7 the builder cannot read this: syntax error: bad substitution',
      '3:9 the builder cannot read this: unexpected end of statement while looking for matching double-quote',
    ]);
  });
});
