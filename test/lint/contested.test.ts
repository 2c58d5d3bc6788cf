/* Arguments whose names say no environment, and whose values do. */
import { describe, expect, it } from 'vitest';
import { projectFindings } from '../hard-cases/lint.js';

const Dockerfile = `ARG BASE=debian:12-slim
FROM \${BASE}
COPY app /usr/local/bin/app
`;
const Makefile = (build: string): string => `ENV ?= dev
BASE_dev := debian:12
BASE_prod := debian:12-slim
image:
\t${build}
`;
const rulesOf = (build: string): readonly string[] =>
  projectFindings({ Dockerfile, Makefile: Makefile(build) }).map(
    ({ rule, location }) => `${rule} ${location.file}:${location.line}`,
  );

describe('an argument that a caller chooses by its environment', () => {
  it('decides what an image is built on', () => {
    expect(rulesOf('docker build --build-arg BASE=$(BASE_$(ENV)) -t app:$(ENV) .')).toEqual([
      'environment-base-image Dockerfile:2',
    ]);
  });

  it('by `if`', () => {
    expect(
      rulesOf('docker build --build-arg BASE=$(if $(filter prod,$(ENV)),debian:12,ubuntu:24.04) -t app:$(ENV) .'),
    ).toEqual(['environment-base-image Dockerfile:2']);
  });

  it('says nothing where it is the same in all of them', () => {
    expect(rulesOf('docker build --build-arg BASE=debian:12 -t app:$(ENV) .')).toEqual([]);
  });
});
