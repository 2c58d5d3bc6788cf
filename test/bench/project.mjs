// What a project costs, by its number of files: services with a Dockerfile, a makefile, a compose file and a workflow each.
// Two sizes in one run, so that the ratio says whether the cost grows linearly: node test/bench/project.mjs (after npm run build)
import { performance } from 'node:perf_hooks';
import { lint, recognise } from '../../dist/index.js';

function project(services) {
  const files = new Map();
  for (let i = 0; i < services; i += 1) {
    files.set(
      `svc${i}/Dockerfile`,
      `FROM golang:1.22 AS build\nARG ENV\nWORKDIR /src\nCOPY . .\nRUN go build $(if [ "$ENV" = testing ]; then echo -race; fi) -o app ./cmd\nFROM debian:12\nCOPY --from=build /src/app /app\n`,
    );
    files.set(
      `svc${i}/Makefile`,
      `ENV ?= testing\nimage:\n\tdocker build --build-arg ENV=$(ENV) -t ghcr.io/acme/svc${i}:$(TAG) .\ntest:\n\tgo test ./...\n`,
    );
    files.set(
      `svc${i}/compose.yaml`,
      `services:\n  app:\n    build:\n      context: .\n      args:\n        ENV: development\n    image: svc${i}:dev\n`,
    );
    files.set(
      `.github/workflows/svc${i}.yml`,
      `on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: docker/build-push-action@v5\n        with:\n          context: svc${i}\n          build-args: ENV=production\n          tags: ghcr.io/acme/svc${i}:\${{ github.sha }}\n`,
    );
  }
  return files;
}

/** Milliseconds; the best of some runs. */
function time(services) {
  const table = project(services);
  const files = {
    read: (path) => (table.has(path) ? { kind: 'text', text: table.get(path) } : undefined),
    list: () => undefined,
  };
  const paths = [...table.keys()];
  const isCaller = (path) => recognise(path) === 'delivery';
  const run = () =>
    lint(
      paths.filter((path) => !isCaller(path)),
      files,
      { around: paths.filter(isCaller) },
    );
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 3; turn += 1) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

time(50);
const [small, large] = [time(125), time(500)];
console.log(
  `500 files: ${small.toFixed(0)} ms; 2000 files: ${large.toFixed(0)} ms (${(large / small).toFixed(1)} times)`,
);
