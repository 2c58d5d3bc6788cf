import { resolve } from 'node:path';
import type { Report } from '../../lint/report.js';
import { unifiedDiff } from '../../report/diff.js';
import { count } from '../../report/text.js';
import type { Files } from '../../text/files.js';
import { type Fixed, fixFindings } from '../fix.js';
import { rewriteFile } from '../rewrite.js';
import { fromRoot, type Targets } from '../targets.js';
import type { FixChoice } from './arguments.js';
import { complain, type Io, wantsColour } from './io.js';

/** What a run with `--fix` came to. */
export interface FixOutcome {
  /** The files as they are now, or would be. */
  readonly files: Files;
  /** False when a file could not be written. */
  readonly written: boolean;
}

/** Applies fixes and writes what changed, or prints it as a diff; tells what was refused. */
export function runFixes(
  { suggestions, dry }: FixChoice,
  targets: Targets,
  files: Files,
  lint: (files: Files) => Report,
  colour: boolean | undefined,
  io: Io,
): FixOutcome {
  const fixed = fixFindings(files, lint, suggestions);
  const rename = fromRoot(targets.root, io.cwd);
  for (const { finding, reason } of fixed.refused) {
    const { file, line } = finding.location;
    complain(io, `${rename(file)}:${line}: ${finding.rule} was not fixed: ${reason}`, undefined);
  }
  if (!dry) return { files: fixed.files, written: write(fixed, targets, files, rename, io) };
  const isColoured = wantsColour(colour, io.env, io.stdout);
  for (const [file, text] of [...fixed.texts].sort(([a], [b]) => (a < b ? -1 : 1)))
    io.stdout.write(unifiedDiff(rename(file), textOf(files, file), text, isColoured));
  return { files: fixed.files, written: true };
}

function write(
  { texts, applied }: Fixed,
  { root }: Targets,
  files: Files,
  rename: (file: string) => string,
  io: Io,
): boolean {
  let written = 0;
  for (const [file, text] of texts) {
    const reason = rewriteFile(resolve(root, file), textOf(files, file), text);
    if (reason === undefined) written += 1;
    else complain(io, `${rename(file)} was not fixed: ${reason}`, undefined);
  }
  if (written === texts.size && written > 0)
    io.stderr.write(`envariant: ${count(applied.length, 'finding')} fixed in ${count(written, 'file')}\n`);
  return written === texts.size;
}

function textOf(files: Files, file: string): string {
  const read = files.read(file);
  return read?.kind === 'text' ? read.text : '';
}
