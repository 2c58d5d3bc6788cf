/* Dockerfiles inside of compose and bake files. */
import { describe, expect, it } from 'vitest';
import { acrossFiles, projectFindings, table, theOnly } from './lint.js';
import { deployment, job, wf } from './project.js';

const BODY = `FROM golang:1.22 AS build
ARG ENV
COPY . .
RUN go build $(case $ENV in testing) echo -race;; esac) -o /out/app .
FROM debian:12
COPY --from=build /out/app /app
`;
const indented = (text: string, by: string) => text.replace(/^(?=.)/gm, by);
const rules = (all: ReturnType<typeof projectFindings>) =>
  all.map(({ rule, location }) => `${rule} ${location.file}:${location.line}`);

/** A compose file with one service, whose Dockerfile begins in line 6. */
const compose = (args: string, body = BODY) => `services:
  web:
    image: registry.example/web:1
    build:
      dockerfile_inline: |
${indented(body.replaceAll('$', '$$$$'), '        ')}      args:
        ${args}
`;

describe('dockerfile_inline of compose', () => {
  it('is told where it stands, with what the service passes', () => {
    const files = (args: string) => ({ 'compose.yaml': compose(args) });
    const only = theOnly(projectFindings(files('ENV: ${ENV:-testing}')), 'conditional-build');
    expect(only.location).toMatchObject({ file: 'compose.yaml', line: 9 });
    expect(table(only)).toMatchObject({ 'ENV="", testing or unset': 'go build -race -o /out/app .' });
    expect(rules(projectFindings(files('ENV: production')))).toEqual([]);
  });

  it("differs by compose's own variables", () => {
    const body = BODY.replace(/^RUN.*/m, 'RUN go build @ -o /out/app .');
    const text = compose('X: y', body).replace('@', '${FLAGS:+-race}');
    expect(rules(projectFindings({ 'compose.yaml': text })).filter((one) => !/unknown-build/.test(one))).toEqual([
      'conditional-build-flags compose.yaml:9',
    ]);
  });

  it('takes part in what is promoted', () => {
    const files = {
      'compose.yaml': compose('ENV: testing'),
      'k8s/prod/app.yaml': deployment('registry.example/web:1', 'production'),
    };
    expect(rules(acrossFiles(files))).toEqual(['promoted-image compose.yaml:5']);
    expect(rules(acrossFiles({ ...files, 'compose.yaml': compose('ENV: production') }))).toEqual([]);
  });

  it('is told as a Dockerfile beside the compose file is', () => {
    const withFile = compose('ENV: ${ENV:-production}').replace(/dockerfile_inline[^]*(?=args:)/, 'context: .\n      ');
    const files = (test: string) => ({
      'compose.yaml': compose('ENV: ${ENV:-production}'),
      '.github/workflows/ci.yml': wf(
        job('test', [`${test}docker compose -f compose.yaml build && docker compose -f compose.yaml run web ./check`]) +
          job('release', ['docker compose -f compose.yaml build && docker compose -f compose.yaml push']),
      ),
    });
    for (const [given, expected] of [
      ['ENV=testing ', ['overwritten-image-tag']],
      ['', []],
    ] as const) {
      const inline = files(given);
      const beside = { ...inline, 'compose.yaml': withFile, Dockerfile: BODY };
      const names = (project: typeof inline) => acrossFiles(project).map(({ rule }) => rule);
      expect(names(inline)).toEqual(expected);
      expect(names(beside)).toEqual(names(inline));
    }
  });
});

const bake = (args: string) => `variable "ENV" {
  default = "production"
}
target "app" {
  dockerfile-inline = <<EOT
${BODY.replaceAll('${', '$${')}EOT
  args = { ENV = ${args} }
  tags = ["registry.example/app:1"]
}
group "default" { targets = ["app"] }
`;

describe('dockerfile-inline of bake', () => {
  it('is told where it stands, with what the target passes', () => {
    const only = theOnly(projectFindings({ 'docker-bake.hcl': bake('ENV') }), 'conditional-build');
    expect(only.location).toMatchObject({ file: 'docker-bake.hcl', line: 9 });
    expect(rules(projectFindings({ 'docker-bake.hcl': bake('"production"') }))).toEqual([]);
  });

  it('takes part in what is promoted', () => {
    const files = (args: string) => ({
      'docker-bake.hcl': bake(args),
      'k8s/prod/app.yaml': deployment('registry.example/app:1', 'production'),
    });
    expect(rules(acrossFiles(files('"testing"')))).toEqual(['promoted-image docker-bake.hcl:4']);
    expect(rules(acrossFiles(files('"production"')))).toEqual([]);
  });
});
