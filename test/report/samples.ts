import type { Location, Plan, Report, ReportFinding, ReportProblem } from '../../src/lint/report.js';

/** Finds a text in a file and says where it is. */
export function locate(file: string, text: string, part: string): Location {
  const start = text.indexOf(part);
  if (start === -1) throw new Error(`no ${part}`);
  const position = (offset: number) => {
    const before = text.slice(0, offset).split('\n');
    return { line: before.length, column: (before[before.length - 1] ?? '').length + 1 };
  };
  const from = position(start);
  const to = position(start + part.length);
  return { file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}

/** A finding with only what a test cares about. */
export function finding(location: Location, more: Partial<ReportFinding> = {}): ReportFinding {
  return {
    rule: 'conditional-race-detector',
    category: 'conditional-build',
    severity: 'error',
    confidence: 'proven',
    message: 'The Go race detector is compiled into cli in some environments only.',
    location,
    related: [],
    variants: [],
    effect: '',
    help: '',
    url: '',
    ...more,
  };
}

/** A report over findings and problems. */
export function report(findings: readonly ReportFinding[], problems: readonly ReportProblem[] = [], files = 1): Report {
  const severities = findings.map((one) => one.severity);
  return {
    version: 1,
    findings,
    problems,
    summary: {
      files,
      errors: severities.filter((one) => one === 'error').length,
      warnings: severities.filter((one) => one === 'warning').length,
      infos: severities.filter((one) => one === 'info').length,
      problems: problems.length,
    },
  };
}

/** The story of the project: its Dockerfile. */
export const story = `FROM golang:1.22 AS build
ARG ENV
RUN go build $(case "$ENV" in (local|testing) echo "-race ";; esac) -o cli ./cmd/service
FROM debian:bookworm-slim
COPY --from=build /go/cli /cli
`;

/** The story's one finding. */
export const storyFinding = finding(
  locate('Dockerfile', story, '$(case "$ENV" in (local|testing) echo "-race ";; esac)'),
  {
    related: [{ location: locate('Dockerfile', story, 'ARG ENV'), message: 'ENV comes from here' }],
    variants: [
      { when: { ENV: ['local', 'testing'] }, value: 'go build -race -o cli ./cmd/service' },
      { when: 'otherwise', value: 'go build -o cli ./cmd/service' },
    ],
    effect: 'The race detector needs 5 to 10 times the memory and 2 to 20 times the time.',
    help: 'Build one image without -race for all environments, and run the tests with -race in a stage of their own.',
    url: 'https://envariant.example/rules/conditional-race-detector',
  },
);

/** A plan in short: per environment its commands as `line stage command…`. */
export function planOf(
  environments: readonly (Omit<Plan['environments'][number], 'commands'> & { readonly steps: readonly string[] })[],
): Plan {
  return {
    version: 1,
    file: 'Dockerfile',
    problems: [],
    environments: environments.map(({ steps, ...rest }) => ({
      ...rest,
      commands: steps.map((step) => {
        const [line = '1', stage = '', ...words] = step.split(' ');
        const env = Object.fromEntries(
          words
            .filter((word) => /^[A-Z_]+=/.test(word))
            .map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
        );
        const argv = words.filter((word) => !/^[A-Z_]+=/.test(word));
        const at = Number(line);
        return {
          argv,
          stage: stage === '-' ? null : stage,
          env,
          location: { file: 'Dockerfile', line: at, column: 5, endLine: at, endColumn: 9 },
        };
      }),
    })),
  };
}
