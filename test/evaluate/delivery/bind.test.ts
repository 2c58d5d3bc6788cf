import { describe, expect, it } from 'vitest';
import { bindBuilds } from '../../../src/evaluate/delivery/bind.js';
import type { BoundBuild } from '../../../src/model/delivery.js';
import { Images } from '../../../src/project.js';
import { render } from '../../../src/value/text.js';
import { callerOf, filesOf, type Project } from './script.js';

const DOCKERFILE = `FROM golang:1.22 AS base
ARG ENV
ARG VERSION
RUN if [ "$ENV" = testing ]; then go build -race .; else go build .; fi
FROM base AS production
`;

function bind(script: string, project: Project = { Dockerfile: DOCKERFILE }): readonly BoundBuild[] {
  const files = filesOf(project);
  return bindBuilds(callerOf(script, project), files, new Images(files));
}

/** A bound build in one line. */
function line({ answers, dockerfile, image, target, arguments: passed, tags }: BoundBuild): string {
  return [
    ...[...answers].map(([name, answer]) => `${name}=${answer}:`),
    `${dockerfile}${image === undefined ? ' (not here)' : ''}`,
    ...(target === undefined ? [] : [`--target ${target}`]),
    ...[...passed].map(([name, one]) => `${name}=${one.kind === 'passed' ? one.value : one.text}`),
    ...tags.map(({ text }) => `as ${render(text)}`),
  ].join(' ');
}

describe('bindBuilds', () => {
  it('a constant is passed', () => {
    expect(bind('docker build --build-arg ENV=testing -t app .').map(line)).toEqual(['Dockerfile ENV=testing as app']);
  });

  it('an answer that is passed on is tried with what the Dockerfile asks for', () => {
    expect(bind('docker build --build-arg ENV=$ENV -t app:$ENV .').map(line)).toEqual([
      'Dockerfile ENV= as app:',
      'ENV=testing: Dockerfile ENV=testing as app:testing',
      'Dockerfile ENV=⟨$ENV⟩ as app:⟨$ENV⟩',
    ]);
  });

  it('without a value it is passed where the caller has it', () => {
    expect(bind('docker build --build-arg ENV .').map(line)).toEqual([
      'Dockerfile',
      'ENV=testing: Dockerfile ENV=testing',
      'Dockerfile ENV=⟨$ENV⟩',
    ]);
  });

  it('a version is no environment: it stays open', () => {
    expect(bind('docker build --build-arg VERSION=$VERSION -t app:$VERSION .').map(line)).toEqual([
      'Dockerfile VERSION=⟨$VERSION⟩ as app:⟨$VERSION⟩',
    ]);
  });

  it('environments of the script that ask for the same are one', () => {
    expect(
      bind('case "$ENV" in (a|b) X=testing;; (c) X=testing;; (*) X=prod;; esac; docker build --build-arg ENV=$X .')
        .map(line)
        .toSorted(),
    ).toEqual(['Dockerfile ENV=prod', 'ENV=a: Dockerfile ENV=testing']);
  });

  it('a stage is evaluated for itself; the empty one is the last', () => {
    const [base, last] = bind('docker build --target base .; docker build --target "" .');
    expect([base?.image?.target, last?.image?.target]).toEqual([0, 1]);
  });

  it.each([
    ['a stage that is not there', 'docker build --target nowhere .', 'Dockerfile (not here) --target nowhere'],
    ['a file that is not there', 'docker build -f other/Dockerfile .', 'other/Dockerfile (not here)'],
  ])('%s is bound to nothing', (_, script, expected) => {
    const [bound, another] = bind(script);
    expect(another).toBeUndefined();
    expect(bound?.image).toBeUndefined();
    expect(bound === undefined ? '' : line(bound)).toBe(expected);
  });

  it('podman finds a Containerfile', () => {
    expect(bind('podman build api', { 'api/Containerfile': DOCKERFILE }).map(line)).toEqual(['api/Containerfile']);
  });

  it('what an argument says of the environment is evidence', () => {
    const [bound] = bind('docker build --build-arg ENV=prod-eu-1 .');
    expect(bound?.evidence[0]).toMatchObject({ name: 'prod-eu-1', kind: 'production', source: 'build argument' });
  });
});
