/* The hard cases of the notes on semantics that are about what shells really do. */
import { describe, expect, it } from 'vitest';
import { DIVERGENCE, expectSilence, findings, ofCategory, planned, report, table, theOnly } from './lint.js';

/** A Go program that is built by `lines`, on Debian and therefore with dash. */
function service(lines: string): string {
  return `FROM golang:1.22
WORKDIR /src
COPY . .
${lines}
`;
}

describe('28 and 29: a flag for everything but the empty text', () => {
  it('28: is there for every value but the empty one', () => {
    const found = theOnly(findings(service('ARG RACE\nRUN go build ${RACE:+-race} -o /x .')), ...DIVERGENCE);
    expect(found).toMatchObject({ category: 'conditional-build', severity: 'error' });
    expect(table(found)).toEqual({ 'RACE="" or unset': 'go build -o /x .', otherwise: 'go build -race -o /x .' });
  });

  it('28: is there for false and 0 too, which is worth a word', () => {
    const found = theOnly(findings(service('ARG RACE=false\nRUN go build ${RACE:+-race} -o /x .')), 'dead-selector');
    expect(found.message).toMatch(/false/);
  });

  it('29: is an empty argument when it is quoted, after which go reads no flags: only builds with the flag succeed', () => {
    const all = findings(service('ARG RACE\nRUN go build "${RACE:+-race}" -o /x .'));
    expect(ofCategory(all, 'conditional-build')).toEqual([]);
    expect(theOnly(all, 'dead-selector').message).toMatch(/quote|empty/i);
  });

  it('29: an empty argument with nothing behind it does no harm', () => {
    const found = theOnly(findings(service('ARG RACE\nRUN go build "${RACE:+-race}" .')), ...DIVERGENCE);
    expect(found.category).toBe('conditional-build');
    expect(table(found)).toEqual({ 'RACE="" or unset': "go build '' .", otherwise: 'go build -race .' });
  });
});

describe('42 to 45: tests that do not do what they say', () => {
  it('42: == is never true in dash', () => {
    const all = findings(`FROM php:8.3-apache
ARG ENV
RUN if [ "$ENV" == "production" ]; then mv "$PHP_INI_DIR/php.ini-production" "$PHP_INI_DIR/php.ini"; else mv "$PHP_INI_DIR/php.ini-development" "$PHP_INI_DIR/php.ini"; fi
`);
    expect(ofCategory(all, ...DIVERGENCE)).toEqual([]);
    expect(theOnly(all, 'dead-selector').message).toContain('==');
  });

  it('42: == is fine in BusyBox', () => {
    const found = theOnly(
      findings(
        service('ARG ENV\nRUN if [ "$ENV" == production ]; then apk add vim; fi').replace(
          'golang:1.22',
          'golang:1.22-alpine',
        ),
      ),
      ...DIVERGENCE,
    );
    expect(table(found)).toEqual({ 'ENV=production': 'apk add vim', otherwise: '(nothing)' });
  });

  const notProduction = (test: string) =>
    service(`ARG ENV\nRUN if [ ${test} != production ]; then F=-race; fi; go build $F -o /x .`);

  it('43: an unquoted empty variable makes the test an error, which counts as false', () => {
    const all = findings(notProduction('$ENV'));
    expect(table(theOnly(all, ...DIVERGENCE))).toEqual({
      'ENV="", production or unset': 'go build -o /x .',
      otherwise: 'go build -race -o /x .',
    });
    expect(theOnly(all, 'dead-selector').help).toMatch(/[Qq]uote/);
  });

  it('43: a quoted one does not', () => {
    const all = findings(notProduction('"$ENV"'));
    expect(table(theOnly(all, ...DIVERGENCE))).toEqual({
      'ENV=production': 'go build -o /x .',
      otherwise: 'go build -race -o /x .',
    });
    expect(all).toHaveLength(1);
  });

  it('44: [ -n $RACE ] is always true', () => {
    const all = findings(service('ARG RACE\nRUN [ -n $RACE ] && F=-race; go build $F -o /x .'));
    expect(ofCategory(all, ...DIVERGENCE)).toEqual([]);
    expect(theOnly(all, 'instrumentation')).toMatchObject({ severity: 'error' });
    expect(theOnly(all, 'dead-selector').help).toMatch(/[Qq]uote/);
  });

  const install = (run: string) => `FROM python:3.12\nARG ENV\nCOPY dev.txt .\nRUN ${run}\n`;

  it('45: a test before && fails the build of every other environment', () => {
    const all = findings(install('[ "$ENV" = dev ] && pip install -r dev.txt'));
    expect(ofCategory(all, ...DIVERGENCE)).toEqual([]);
    const found = theOnly(all, 'dead-selector');
    expect(found.message).toContain('ENV');
    expect(found.help).toContain('if');
  });

  it.each([
    ['|| true', '[ "$ENV" = dev ] && pip install -r dev.txt || true'],
    ['if', 'if [ "$ENV" = dev ]; then pip install -r dev.txt; fi'],
  ])('45: with %s it is a divergence', (_, run) => {
    const found = theOnly(findings(install(run)), ...DIVERGENCE);
    expect(found.category).toBe('conditional-build');
    expect(table(found)).toEqual({ 'ENV=dev': 'pip install -r dev.txt', otherwise: '(nothing)' });
  });
});

describe('63 to 67: scripts in other shells', () => {
  it('63: a heredoc for bash is expanded by the outer shell and run by bash', () => {
    const found = theOnly(
      findings(
        service(`ARG ENV
RUN <<EOF bash
if [[ "$ENV" == testing ]]; then
  go build -race -o /cli .
else
  go build -o /cli .
fi
EOF`),
      ),
      ...DIVERGENCE,
    );
    expect(found).toMatchObject({ category: 'conditional-build', severity: 'error' });
    expect(table(found)).toEqual({ 'ENV=testing': 'go build -race -o /cli .', otherwise: 'go build -o /cli .' });
  });

  it('64: SHELL chooses bash, and -u fails the build without the argument', () => {
    const dockerfile = service(`ARG ENV
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN if [[ "$ENV" == testing ]]; then go build -race -o /cli .; else go build -o /cli .; fi`);
    const found = theOnly(findings(dockerfile), ...DIVERGENCE);
    expect(table(found)).toEqual({ 'ENV=testing': 'go build -race -o /cli .', otherwise: 'go build -o /cli .' });
    const unset = planned(dockerfile, { set: new Map([['ENV', undefined]]) }).environments;
    expect(unset.map(({ buildable }) => buildable)).toEqual([false]);
  });

  const loop = (shipped: string) => `FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN for e in dev prod; do [ "$e" = prod ] && F=-trimpath || F=-race; go build $F -o /out/$e .; done
FROM debian:12
COPY --from=build /out/${shipped} /usr/local/bin/app
`;

  it('65: of a loop only the turn counts whose file ships', () => {
    expectSilence(loop('prod'));
    expect(theOnly(findings(loop('dev')), 'instrumentation')).toMatchObject({ severity: 'error' });
  });

  it('66: quotes that come out of a variable are text: the build fails', () => {
    const all = findings(service(`RUN F='-ldflags "-s -w"'; go build $F -o /cli .`));
    expect(ofCategory(all, ...DIVERGENCE)).toEqual([]);
    expect(theOnly(all, 'dead-selector').message).toMatch(/quote/i);
  });

  it('66: environments in which it fails get no image', () => {
    const all = findings(
      service(`ARG ENV\nRUN if [ "$ENV" = production ]; then F='-ldflags "-s -w"'; fi; go build $F -o /cli .`),
    );
    expect(ofCategory(all, ...DIVERGENCE)).toEqual([]);
    expect(theOnly(all, 'dead-selector').message).toMatch(/quote/i);
  });

  it('67: PowerShell is not evaluated', () => {
    const all = report(`FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command"]
ARG ENV
RUN if ($env:ENV -eq 'prod') { Copy-Item settings.prod.json settings.json }
`);
    expect(all.findings).toEqual([]);
    expect(all.problems.map(({ location }) => location.line)).toEqual([4]);
  });
});
