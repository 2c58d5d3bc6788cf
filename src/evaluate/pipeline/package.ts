/*
 * package.json: what `npm run NAME` builds, names and deploys, with the scripts that npm runs before and after it.
 */
import type { Caller } from '../../model/delivery.js';
import { yamlEntries, yamlGet } from '../../syntax/yaml/read.js';
import type { YamlNode } from '../../syntax/yaml/tree.js';
import { type Files, folderOf } from '../../text/files.js';
import { bounded, callerOf, joinedBy, type Part, type Pipeline } from './commands.js';
import { outside } from './environment.js';
import { evidenceBy } from './evidence.js';
import { partsOf, pipelineFrom, placeIn, type Runner, runnerOf, runShell } from './runner.js';

/** Evaluates the scripts of a package.json, each as somebody runs it by its name. */
export function evaluatePackage(file: string, text: string, files: Files): Caller {
  return callerOf('script', file, readPackageScripts(file, text, files));
}

function readPackageScripts(file: string, text: string, files: Files): Pipeline {
  const runner = runnerOf(file, text, files);
  for (const root of runner.roots) {
    const scripts = new Map(yamlEntries(yamlGet(root, 'scripts')).map(({ key, value }) => [key.text.text, value]));
    for (const [name, node] of scripts) {
      // What npm runs around another script is told with that.
      if (scripts.has(name.replace(/^(?:pre|post)/, '')) && /^(?:pre|post)/.test(name)) continue;
      const parts = [scripts.get(`pre${name}`), node, scripts.get(`post${name}`)].map((one) => partsOf(one, file));
      const at = placeIn(runner, node);
      bounded(at, runner.notes, () => runScript(runner, name, node, parts));
    }
  }
  return pipelineFrom(runner);
}

function runScript(runner: Runner, name: string, node: YamlNode, parts: readonly (readonly Part[])[]): void {
  const { texts, file } = runner;
  const at = placeIn(runner, node);
  runShell(runner, {
    script: joinedBy(
      ' && ',
      parts.filter((part) => part.length > 0),
    ),
    variables: new Map(),
    inherited: (variable) => outside(texts, variable, /^npm_/),
    dialect: 'dash',
    options: [],
    when: texts.space.true,
    at,
    folder: folderOf(file),
    chain: [{ place: at, message: `npm run ${name}` }],
    evidence: evidenceBy('target', name, at),
  });
}
