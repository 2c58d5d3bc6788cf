// Compares, in one run, what the issue sets budgets for: start-up against bare node, files per second in one process, and
// cost against file length. Prints figures; exits with 1 when a budget is missed. Run `npm run build` first.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../dist/bin.cjs', import.meta.url));
const { lint } = await import(new URL('../../dist/index.js', import.meta.url).href);
let missed = 0;

function report(name, value, budget, unit) {
  const ok = value <= budget;
  if (!ok) missed += 1;
  console.log(`${ok ? 'ok    ' : 'MISSED'} ${name}: ${value.toFixed(2)} ${unit} (budget ${budget} ${unit})`);
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

const TYPICAL = `ARG GO_VERSION=1.22
FROM golang:\${GO_VERSION} AS build
ARG ENV=production
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN if [ "$ENV" = production ]; then go build -trimpath -o /out/app ./cmd/app; else go build -race -o /out/app ./cmd/app; fi
FROM node:20-alpine AS web
WORKDIR /web
COPY package*.json ./
RUN npm ci && npm cache clean --force
COPY . .
RUN npm run build
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/app /usr/local/bin/app
COPY --from=web /web/dist /srv
USER nobody
ENTRYPOINT ["app"]
`;

// Start-up: the whole process on one Dockerfile, against a node that does nothing, turn by turn.
const folder = mkdtempSync(join(tmpdir(), 'envariant-bench-'));
writeFileSync(join(folder, 'Dockerfile'), TYPICAL);
const time = (args) => {
  const start = performance.now();
  spawnSync(process.execPath, args, { cwd: folder });
  return performance.now() - start;
};
const [bare, full] = [[], []];
for (let i = 0; i < 21; i += 1) {
  bare.push(time(['-e', '0']));
  full.push(time([bin, '--no-color', '.']));
}
rmSync(folder, { recursive: true });
report('one Dockerfile over bare node', median(full) - median(bare), 80, 'ms');

// Throughput: many typical files in one process, after a warm-up.
const files = (table) => ({
  read: (path) => (table.has(path) ? { kind: 'text', text: table.get(path) } : undefined),
  list: () => undefined,
});
const many = new Map(
  Array.from({ length: 2000 }, (_, i) => [`s${i}/Dockerfile`, TYPICAL.replaceAll('cmd/app', `cmd/app${i}`)]),
);
lint([...many.keys()].slice(0, 500), files(many));
const rounds = [0, 1, 2].map(() => {
  const start = performance.now();
  lint([...many.keys()], files(many));
  return performance.now() - start;
});
report('one typical Dockerfile of many', Math.min(...rounds) / many.size, 1, 'ms');

// Length: 10,000 lines against 5,000 of the same kind.
const long = (lines) => {
  let text = 'FROM debian:bookworm\nARG ENV\n';
  for (let i = 2; i < lines; i += 4)
    text += `# step ${i}\nENV V${i % 50}=${i}\nRUN if [ "$ENV" = prod ]; then \\\n      echo ${i} > /tmp/f${i % 50}; fi\n`;
  return new Map([['Dockerfile', text]]);
};
const cost = (lines) => {
  const table = long(lines);
  return Math.min(
    ...[0, 1, 2].map(() => {
      const start = performance.now();
      lint(['Dockerfile'], files(table));
      return performance.now() - start;
    }),
  );
};
cost(1000);
report('10,000 lines against 5,000', cost(10_000) / cost(5000), 2.5, 'times');

// Independent conditions: their sum, not their product.
const conditions = (n) => {
  let text = 'FROM golang:1.22\n';
  for (let i = 0; i < n; i += 1) text += `ARG X_${i}\n`;
  text += `RUN ${Array.from({ length: n }, (_, i) => `if [ "$X_${i}" = yes ]; then F="$F -x${i}"; fi; \\\n`).join('    ')}    go build $F -o app\n`;
  return new Map([['Dockerfile', text]]);
};
const sum = (n) => {
  const table = conditions(n);
  return Math.min(
    ...[0, 1, 2, 3, 4].map(() => {
      const start = performance.now();
      lint(['Dockerfile'], files(table));
      return performance.now() - start;
    }),
  );
};
sum(100);
report('200 independent conditions against 100', sum(200) / sum(100), 3.2, 'times');
process.exitCode = missed === 0 ? 0 : 1;
