/* Projects of more than one file, for hard cases about who builds, who deploys, under which name. */
import { expect } from 'vitest';
import { acrossFiles, table, theOnly } from './lint.js';

export type Files = Readonly<Record<string, string>>;

export const RACE = `FROM golang:1.22 AS build
ARG ENV
WORKDIR /src
COPY . .
RUN go build $(case "$ENV" in (local|testing|dev|development) echo "-race ";; esac) -o cli ./cmd/service
FROM debian:bookworm-slim
COPY --from=build /src/cli /usr/local/bin/cli
`;
export const SAME = RACE.replace(/RUN go build.*/, 'RUN echo "$ENV" && go build -o cli ./cmd/service');
export const deployment = (image: string, namespace: string) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: service
  namespace: ${namespace}
spec:
  template:
    spec:
      containers:
        - name: service
          image: ${image}
`;
/** A workflow. */
export const wf = (jobs: string, on = 'push') => `on: ${on}\njobs:\n${jobs}`;
export const job = (name: string, steps: readonly string[], extra = '') =>
  `  ${name}:\n    runs-on: ubuntu-latest\n${extra}    steps:\n${steps.map((s) => `      - run: ${s}\n`).join('')}`;

/** The rules that speak about a project's delivery, each with its severity. */
export function said(files: Files): readonly string[] {
  return acrossFiles(files).map(
    ({ rule, severity, location }) => `${location.file}:${location.line} ${severity} ${rule}`,
  );
}

/** What runs in an environment that it was not built for: the two commands. */
export function expectPromoted(files: Files, built: string, runs: string): void {
  const promoted = theOnly(
    acrossFiles(files).filter(({ rule }) => rule === 'promoted-image'),
    'shared-image',
  );
  expect(promoted).toMatchObject({ severity: 'error', confidence: 'proven' });
  expect(promoted.message).toContain(`built for ${built} (ENV) and runs in ${runs}`);
  expect(table(promoted)).toEqual({
    [`ENV=${built}`]: 'go build -race -o cli ./cmd/service',
    [`ENV=${runs}`]: 'go build -o cli ./cmd/service',
  });
}
