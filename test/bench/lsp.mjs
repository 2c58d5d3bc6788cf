// The language server, measured in one run: a keystroke in a Dockerfile of 500 lines against the library that lints the same
// text, and among 2,000 files against one; the diagnostics of 2,000 files against the command line on the same folder; and
// memory over 1,000 changes. Prints figures; exits with 1 when a budget is missed. Budgets are ratios, as no machine is like
// another one; what a keystroke costs is printed in milliseconds, too. Run `npm run build` first.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath, pathToFileURL } from 'node:url';

const bin = fileURLToPath(new URL('../../dist/bin.cjs', import.meta.url));
const { createProtocolConnection, StreamMessageReader, StreamMessageWriter } = createRequire(import.meta.url)(
  'vscode-languageserver/node',
);
const { lint } = await import(new URL('../../dist/index.js', import.meta.url).href);
let missed = 0;

function report(name, value, budget, unit) {
  const ok = value <= budget;
  if (!ok) missed += 1;
  console.log(`${ok ? 'ok    ' : 'MISSED'} ${name}: ${value.toFixed(1)} ${unit} (budget ${budget.toFixed(1)} ${unit})`);
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

const STAGE = (i) => `FROM golang:1.22 AS stage${i}
ARG ENV
ENV CGO_ENABLED=1
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download && rm -rf /tmp/*
COPY . .
RUN if [ "$ENV" = production ]; then flags="-trimpath"; else flags=-race; fi; go build $flags -o /out/app${i} ./cmd/app${i}
# a comment that stands between two steps
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
`;
const SMALL = STAGE(0);
const LARGE = `${Array.from({ length: 50 }, (_, i) => STAGE(i)).join('')}`;

/** A server on a folder, with a client. */
async function serve(root) {
  const child = spawn(process.execPath, [bin, 'lsp', '--stdio'], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  const client = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  client.listen();
  const started = performance.now();
  await client.sendRequest('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(root).href,
    capabilities: { textDocument: { diagnostic: {} } },
  });
  await client.sendNotification('initialized', {});
  const uri = (path) => pathToFileURL(join(root, path)).href;
  const versions = new Map();
  return {
    pid: child.pid,
    started: performance.now() - started,
    all: () => client.sendRequest('workspace/diagnostic', { previousResultIds: [] }),
    open(path, text) {
      versions.set(path, 1);
      return client.sendNotification('textDocument/didOpen', {
        textDocument: { uri: uri(path), languageId: 'dockerfile', version: 1, text },
      });
    },
    /** Types a character in a line, and asks for the diagnostics: what comes back is what an editor would show. */
    async type(path, line) {
      const version = versions.get(path) + 1;
      versions.set(path, version);
      const start = performance.now();
      await client.sendNotification('textDocument/didChange', {
        textDocument: { uri: uri(path), version },
        contentChanges: [{ range: { start: { line, character: 2 }, end: { line, character: 2 } }, text: 'x' }],
      });
      await client.sendRequest('textDocument/diagnostic', { textDocument: { uri: uri(path) } });
      return performance.now() - start;
    },
    async end() {
      await client.sendRequest('shutdown');
      await client.sendNotification('exit');
      await new Promise((done) => child.once('close', done));
      client.dispose();
    },
  };
}

/** Milliseconds that a process has spent; Linux counts them in hundredths of a second. */
function cpu(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const megabytes = (pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

const folder = mkdtempSync(join(tmpdir(), 'envariant-bench-lsp-'));
try {
  const one = join(folder, 'one');
  mkdirSync(one);
  writeFileSync(join(one, 'Dockerfile'), LARGE);
  writeFileSync(join(one, 'Dockerfile.small'), SMALL);
  const server = await serve(one);
  await server.open('Dockerfile', LARGE);
  await server.open('Dockerfile.small', SMALL);
  const times = { large: [], small: [] };
  // By turns, so that both meet the same machine. The first ones are compiled on the way.
  for (let i = 0; i < 130; i += 1) {
    const small = await server.type('Dockerfile.small', 8);
    const large = await server.type('Dockerfile', 258);
    if (i >= 30) {
      times.small.push(small);
      times.large.push(large);
    }
  }
  const lines = LARGE.split('\n').length;
  console.log(
    `       a keystroke in ${SMALL.split('\n').length} lines: ${median(times.small).toFixed(1)} ms (median of 100)`,
  );
  console.log(`       a keystroke in ${lines} lines: ${median(times.large).toFixed(1)} ms (median of 100)`);
  // Other processes make the way there and back longer; the server's own time is what its process spent, in all of its
  // threads. By turns with the library, so that both meet the same machine.
  let text = LARGE;
  const files = { read: () => ({ kind: 'text', text }), list: () => [] };
  const turn = { server: 0, library: 0 };
  for (let round = 0; round < 12; round += 1) {
    const [spent, before] = [cpu(server.pid), process.cpuUsage()];
    for (let i = 0; i < 25; i += 1) await server.type('Dockerfile', 258);
    const after = process.cpuUsage(before);
    for (let i = 0; i < 25; i += 1) {
      text = text.replace(/^RUN go mod/m, (found) => `# x\n${found}`);
      lint(['Dockerfile'], files);
    }
    const own = process.cpuUsage(before);
    // The first rounds are compiled on the way.
    if (round < 4) continue;
    turn.server += (cpu(server.pid) - spent) / 200;
    turn.library += (own.user + own.system - after.user - after.system) / 1000 / 200;
  }
  console.log(`       the server's time for a keystroke in ${lines} lines: ${turn.server.toFixed(1)} ms (mean of 200)`);
  console.log(`       the library's time for that text: ${turn.library.toFixed(1)} ms (mean of 200)`);
  report('a keystroke against the library that lints the text', turn.server / turn.library, 1.5, 'times');
  await server.end();

  const many = join(folder, 'many');
  mkdirSync(many);
  for (let i = 0; i < 1000; i += 1) {
    mkdirSync(join(many, `app${i}`));
    writeFileSync(join(many, `app${i}`, 'Dockerfile'), SMALL);
    writeFileSync(
      join(many, `app${i}`, 'compose.yaml'),
      'services:\n  app:\n    build:\n      context: .\n      args:\n        ENV: production\n',
    );
  }
  writeFileSync(join(many, 'app0', 'Dockerfile'), LARGE);
  const big = await serve(many);
  console.log(`       initialize in 2,000 build files: ${big.started.toFixed(0)} ms`);
  await big.open('app0/Dockerfile', LARGE);
  const before = performance.now();
  await big.all();
  const [all, spent] = [performance.now() - before, cpu(big.pid)];
  const command = performance.now();
  spawnSync(process.execPath, [bin, '--format', 'json', '.'], { cwd: many, maxBuffer: 1 << 28 });
  const alone = performance.now() - command;
  console.log(
    `       all diagnostics of 2,000 build files: ${(all / 1000).toFixed(1)} s, ${(spent / 1000).toFixed(1)} s of the processor`,
  );
  console.log(`       the command line on these files: ${(alone / 1000).toFixed(1)} s`);
  report('all diagnostics of 2,000 build files against the command line', all / alone, 3, 'times');
  const typed = [];
  let early = 0;
  for (let i = 0; i < 1000; i += 1) {
    typed.push(await big.type('app0/Dockerfile', 258));
    if (i === 199) early = megabytes(big.pid);
  }
  const late = megabytes(big.pid);
  console.log(`       memory after 200 changes: ${early.toFixed(0)} MB, after 1,000: ${late.toFixed(0)} MB`);
  report('memory after 1,000 changes against that after 200', (late / early) * 100, 130, '%');
  report('the same keystroke among 2,000 files against one', median(typed) / median(times.large), 2, 'times');
  await big.end();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = missed > 0 ? 1 : 0;
