// Begins a rule: `npm run new-rule -- my-rule` makes rules/my-rule/ with a rule and its page from a template, both of which
// work, and writes rules/index.ts anew. `--into FOLDER` makes the folder there instead; tests do.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const rule = (id) => `import { defineRule, render } from 'envariant/plugin';

export default defineRule({
  id: '${id}',
  summary: 'The image is stopped by a signal that no program can catch',
  category: 'conditional-build',
  severity: 'warning',
  since: '0.1.0',
  // What the rule is asked about: src/lint/subjects.ts has them all.
  subject: 'setting',
  *check({ at, step }) {
    if (step.setting !== 'STOPSIGNAL' || render(step.text) !== 'SIGKILL') return;
    yield {
      at,
      // With a \`value\` (the subject's own, most often), this is said only where two environments get two values of it, and
      // \`{selector}\` stands for what decides.
      message: 'SIGKILL stops the program before it can finish its work.',
      effect: 'What was in flight is lost, in every environment.',
      help: 'Use SIGTERM, which is the default, and let the program handle it.',
    };
  },
});
`;

const page = (id) => `# ${id}

One paragraph: what the rule is about, and what it is for.

## What it finds

### The case that it was made for

\`\`\`dockerfile Dockerfile
FROM debian:12
STOPSIGNAL SIGKILL
\`\`\`

\`\`\`findings
Dockerfile:2:12 warning ${id}: SIGKILL stops the program before it can finish its work.
\`\`\`

## What it leaves alone

### The case that is next to it

\`\`\`dockerfile Dockerfile
FROM debian:12
STOPSIGNAL SIGTERM
\`\`\`

## How to mend it

Write what to do.

## Limits

- What it does not see.
`;

function fail(message) {
  console.error(`new-rule: ${message}`);
  process.exit(2);
}

const [id, ...rest] = process.argv.slice(2);
const into = rest[0] === '--into' ? rest[1] : undefined;
if (id === undefined || !/^[a-z]+(?:-[a-z]+)+$/.test(id))
  fail('a rule has an id of two lower-case words or more, such as npm run new-rule -- my-rule');
const folder = join(into === undefined ? join(root, 'rules') : resolve(into), id);
if (existsSync(folder)) fail(`${folder} is there already`);
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'rule.ts'), rule(id));
writeFileSync(join(folder, 'README.md'), page(id));
if (into === undefined) spawnSync(process.execPath, [join(root, 'build.mjs'), '--rules'], { stdio: 'inherit' });
console.log(`Made ${folder}. Its tests: npx vitest run test/rules -t ${id}`);
