// Checks the package as it would be published, from the dist/ that is there: publint and attw on the tarball, knip on the
// sources; and prints what an installation costs. Exits with 1 when one of them complains.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'envariant-health-'));
/** More than this, unpacked, asks for a look at what has come in. */
const limit = 9_500_000;

/** Runs the command of a package, and resolves to whether it is content; what it says is shown when it is not. */
function check(name, command, args) {
  const manifest = join(root, 'node_modules', name, 'package.json');
  const { bin } = createRequire(import.meta.url)(manifest);
  const child = spawn(process.execPath, [join(dirname(manifest), bin[command] ?? bin), ...args], { cwd: root });
  let said = '';
  child.stdout.on('data', (data) => (said += data));
  child.stderr.on('data', (data) => (said += data));
  return new Promise((done) =>
    child.once('close', (status) => {
      console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${command}`);
      if (status !== 0) console.log(said);
      done(status === 0);
    }),
  );
}

try {
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
  });
  const result = JSON.parse(packed);
  const { filename, size, unpackedSize, entryCount } = Array.isArray(result) ? result[0] : Object.values(result)[0];
  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
  const { dependencies = {} } = createRequire(import.meta.url)(join(root, 'package.json'));
  console.log(
    `${megabytes(size)} to download, ${megabytes(unpackedSize)} installed in ${entryCount} files, ${Object.keys(dependencies).length} dependencies`,
  );
  if (unpackedSize > limit) console.log(`FAILED the size: it has more than ${megabytes(limit)}`);
  const tarball = join(folder, filename);
  const content = await Promise.all([
    check('publint', 'publint', ['run', tarball, '--strict']),
    // Node.js before 12 and its resolution are not for us.
    check('@arethetypeswrong/cli', 'attw', [tarball, '--profile', 'esm-only']),
    check('knip', 'knip', ['--no-progress']),
  ]);
  process.exitCode = content.every(Boolean) && unpackedSize <= limit ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
