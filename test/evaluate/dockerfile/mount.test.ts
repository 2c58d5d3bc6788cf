import { describe, expect, it } from 'vitest';
import { lint } from '../../../src/index.js';
import { filesOf } from '../pipeline/pipeline.js';

const BUILD = 'set -eu\n. ./scripts/vars\ngo build -o /out/app $FLAGS ./cmd\n';
const VARIABLES = 'FLAGS=\nif [ "$ENV" = testing ]; then FLAGS=-race; fi\n';

/** The rules that speak of a Dockerfile, with the place. */
function told(lines: string): readonly string[] {
  const files = filesOf({
    Dockerfile: `FROM golang:1.22 AS build\nARG ENV\nWORKDIR /src\n${lines}\n`,
    'scripts/build.sh': BUILD,
    'scripts/vars': VARIABLES,
    'config/production.json': '{}',
  });
  return lint(['Dockerfile'], files).findings.map(({ rule, location }) => `${location.file}:${location.line} ${rule}`);
}

describe('a bind mount of RUN', () => {
  it.each([
    '--mount=type=bind,target=.',
    '--mount=target=/src,ro',
    '--mount=type=bind,source=.,dst=/src',
    '--mount=type=bind,src=scripts,destination=scripts --mount=type=cache,target=/root/.cache',
    '--mount=source=scripts/build.sh,target=scripts/build.sh --mount=source=scripts/vars,target=scripts/vars',
  ])('brings the scripts of the context: %s', (mounts) => {
    expect(told(`RUN ${mounts} ./scripts/build.sh`)).toEqual(['scripts/build.sh:3 conditional-build-flags']);
  });

  it('is gone after its RUN', () => {
    expect(told('RUN --mount=target=. true\nRUN ./scripts/build.sh')).toEqual([]);
    expect(told('RUN --mount=type=cache,target=. ./scripts/build.sh')).toEqual([]);
  });

  it('brings what another stage made', () => {
    const make = 'RUN go build $(if [ "$ENV" = testing ]; then echo -race; fi) -o /out/app ./cmd';
    const use = 'RUN --mount=from=build,source=/out,target=/out cp /out/app /usr/bin/app';
    expect(told(`${make}\nFROM debian:12\n${use}`)).toEqual(['Dockerfile:4 conditional-build-flags']);
    expect(told(`${make}\nFROM debian:12\nRUN --mount=from=alpine:3,target=/out cp /out/app /usr/bin/app`)).toEqual([]);
    expect(told(`FROM scratch AS scripts\nCOPY scripts /\nFROM build\n${use.replace('/out', '/none')}`)).toEqual([]);
    expect(
      told('FROM scratch AS own\nCOPY . /all\nFROM build\nRUN --mount=from=own,source=all,target=. ./scripts/build.sh'),
    ).toEqual(['scripts/build.sh:3 conditional-build-flags']);
  });

  it('lies where each of the stages of a template has its WORKDIR', () => {
    const stages = 'FROM build AS build-alpine\nFROM build AS build-debian\nFROM build-${VARIANT}\nARG ENV';
    const run = 'RUN --mount=target=. ./scripts/build.sh';
    const files = filesOf({
      Dockerfile: `ARG VARIANT=alpine\nFROM golang:1.22 AS build\nWORKDIR /src\n${stages}\n${run}\n`,
      'scripts/build.sh': BUILD,
      'scripts/vars': VARIABLES,
    });
    expect(lint(['Dockerfile'], files).findings.map(({ rule }) => rule)).toEqual(['conditional-build-flags']);
  });

  it('may have a source that the environment chooses', () => {
    expect(told('RUN --mount=source=config/$ENV.json,target=config.json go generate ./...')).toEqual([
      'Dockerfile:4 environment-files',
    ]);
  });
});
