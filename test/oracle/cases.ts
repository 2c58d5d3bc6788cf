/*
 * Compares makefiles of others with GNU make 4.3: every makefile of every project, a project being a folder under DIR with
 * makefiles in it (`--one`: DIR itself).
 *
 *     npm run oracle:cases -- DIR… [--one] [--environments N] [--runs N] [--only TEXT]
 */
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { diskFiles } from '../../src/hosts/disk.js';
import { recognise } from '../../src/recognise.js';
import { type CaseCounts, compareCase } from './case-compare.js';
import { closeLab, openLab } from './case-real.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    one: { type: 'boolean', default: false },
    environments: { type: 'string', default: '12' },
    runs: { type: 'string', default: '150' },
    only: { type: 'string', default: '' },
  },
});
const projects = positionals.flatMap((dir) =>
  values.one
    ? [dir]
    : readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? [join(dir, entry.name)] : [],
      ),
);

function makefilesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): readonly string[] => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === '.git' || entry.name === '.pc' ? [] : makefilesUnder(path);
    return entry.isFile() && recognise(entry.name) === 'makefile' ? [path] : [];
  });
}

const counts: CaseCounts = { runs: 0, compared: 0, unknown: 0, skipped: new Map() };
let accepted = 0;
let different = 0;
for (const project of projects) {
  const makefiles = makefilesUnder(project).map((path) => relative(project, path));
  if (makefiles.length === 0) continue;
  const lab = openLab(project);
  const files = diskFiles(lab.project);
  try {
    for (const makefile of makefiles.sort()) {
      if (!join(project, makefile).includes(values.only)) continue;
      const read = files.read(makefile);
      if (read?.kind !== 'text') continue;
      const start = Date.now();
      const before = { ...counts };
      let result: Awaited<ReturnType<typeof compareCase>>;
      try {
        result = await compareCase(
          lab,
          files,
          makefile,
          read.text,
          { environments: Number(values.environments), runs: Number(values.runs) },
          counts,
        );
      } catch (error) {
        result = {
          accepted: true,
          differences: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
        };
      }
      if (result.accepted) accepted += 1;
      different += result.differences.length;
      const compared = counts.compared - before.compared;
      const share =
        compared === 0
          ? ''
          : `, ${((100 * (counts.unknown - before.unknown)) / compared).toFixed(1)} % of ${compared} unknown`;
      console.log(
        `${join(project, makefile)}: ${result.accepted ? `${counts.runs - before.runs} runs${share}` : 'not accepted by make'}, ${((Date.now() - start) / 1000).toFixed(1)} s`,
      );
      for (const difference of result.differences) console.log(`  ${difference.replaceAll('\n', '\n  ')}`);
    }
  } finally {
    closeLab(lab);
  }
}
console.log(
  `${accepted} makefiles, ${counts.runs} runs, ${counts.compared} comparisons, ${((100 * counts.unknown) / Math.max(1, counts.compared)).toFixed(1)} % unknown, ${different} differences`,
);
for (const [reason, n] of counts.skipped) console.log(`not compared: ${n} × ${reason}`);
if (different > 0) process.exitCode = 1;
