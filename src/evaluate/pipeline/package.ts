/*
 * package.json: what `npm run NAME` builds, names and deploys, with the scripts that npm runs before and after it.
 */
import type { Caller } from '../../model/delivery.js';
import { parseYaml } from '../../syntax/yaml/parse.js';
import type { Files } from '../../text/files.js';
import type { Place } from '../../text/span.js';
import { type Package, packageOf, withHooks } from '../package.js';
import { bounded, callerOf, type Pipeline } from './caller.js';
import { joinedBy } from './commands.js';
import { outside } from './environment.js';
import { evidenceBy } from './evidence.js';
import { pipelineFrom, type Runner, runnerWith, runShell } from './runner.js';

/** Evaluates the scripts of a package.json, each as somebody runs it by its name. */
export function evaluatePackage(file: string, text: string, files: Files): Caller {
  return callerOf('script', file, readPackageScripts(file, text, files));
}

function readPackageScripts(file: string, text: string, files: Files): Pipeline {
  const tree = parseYaml(text);
  const runner = runnerWith(file, files, tree);
  const pack = packageOf(file, tree);
  for (const { name, place } of pack.scripts.values()) {
    // What npm runs around another script is told with that.
    if (/^(?:pre|post)/.test(name) && pack.scripts.has(name.replace(/^(?:pre|post)/, ''))) continue;
    bounded(place, runner.notes, () => runScript(runner, pack, name, place));
  }
  return pipelineFrom(runner);
}

function runScript(runner: Runner, pack: Package, name: string, at: Place): void {
  const { texts, file } = runner;
  runShell(runner, {
    script: joinedBy(
      ' && ',
      withHooks(pack, name).map(({ text }) => [{ text, file }]),
    ),
    variables: new Map(),
    inherited: (variable) => outside(texts, variable, /^npm_/),
    dialect: 'dash',
    options: [],
    when: texts.space.true,
    at,
    folder: pack.folder,
    chain: [{ place: at, message: `npm run ${name}` }],
    evidence: evidenceBy('target', name, at),
  });
}
