/*
 * Azure Pipelines: stages, jobs and steps with local templates. `${{ … }}` is replaced when the file is read, `$(name)`
 * before a step runs. `Docker@2` is the `docker build` and `docker push` that it runs.
 */
import type { Caller, Evidence, Link } from '../../model/delivery.js';
import { parseYaml } from '../../syntax/yaml/parse.js';
import { yamlEntries, yamlGet, yamlItems, yamlText } from '../../syntax/yaml/read.js';
import type { YamlNode } from '../../syntax/yaml/tree.js';
import { type Files, folderOf, normalizePath } from '../../text/files.js';
import type { Condition } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import type { Binding } from '../shell/index.js';
import { dockerTask } from './azure-docker.js';
import { azureCondition, azureText, type Names } from './azure-expression.js';
import { bounded, callerOf, type Pipeline } from './caller.js';
import { type Holes, type Part, withTemplates } from './commands.js';
import { bound, chosenOf, outside } from './environment.js';
import { evidenceByBranch, evidenceByText } from './evidence.js';
import { filled, partsOf, pipelineFrom, placeIn, type Runner, runnerOf, runShell } from './runner.js';

/** Evaluates an Azure pipeline. */
export function evaluateAzure(file: string, text: string, files: Files): Caller {
  return callerOf('pipeline', file, readAzure(file, text, files));
}

const TEMPLATE = /\$\{\{\s*(.*?)\s*\}\}|\$\(([\w.]+)\)|\$\[(.*?)\]/gs;
const FACTS = /^(?:BUILD_\w+|AGENT_\w+|SYSTEM_\w+|RELEASE_\w+|PIPELINE_\w+|TF_BUILD|CI)$/;
const TEMPLATE_DEPTH = 10;

/** The commands of an Azure pipeline, before they are followed. */
export function readAzure(file: string, text: string, files: Files): Pipeline {
  const runner = runnerOf(file, text, files);
  const [root] = runner.roots;
  if (root === undefined) return pipelineFrom(runner);
  const { texts } = runner;
  const parameters = new Map<string, Text>();
  for (const node of yamlItems(yamlGet(root, 'parameters'))) {
    const name = yamlText(yamlGet(node, 'name'));
    const fallback = yamlText(yamlGet(node, 'default')) ?? '';
    const type = yamlText(yamlGet(node, 'type'));
    const values = yamlItems(yamlGet(node, 'values')).map((item) => yamlText(item) ?? '');
    const options = type === 'boolean' ? ['true', 'false'] : values;
    if (name !== undefined) parameters.set(name, chosenOf(texts, name, options, fallback));
  }
  const scope: Scope = {
    file,
    parameters,
    variables: new Map(),
    when: texts.space.true,
    chain: [],
    evidence: [],
    depth: 0,
  };
  bounded({ file, start: 0, end: 0 }, runner.notes, () => readRoot(runner, root, scope));
  return pipelineFrom(runner);
}

interface Scope {
  readonly file: string;
  readonly parameters: ReadonlyMap<string, Text>;
  readonly variables: ReadonlyMap<string, Text>;
  readonly when: Condition;
  readonly chain: readonly Link[];
  readonly evidence: readonly Evidence[];
  readonly depth: number;
}

function readRoot(runner: Runner, root: YamlNode, outer: Scope): void {
  const scope = { ...outer, variables: variablesOf(runner, yamlGet(root, 'variables'), outer) };
  each(runner, yamlGet(root, 'stages'), scope, 'stages', readStage);
  each(runner, yamlGet(root, 'jobs'), scope, 'jobs', readJob);
  each(runner, yamlGet(root, 'steps'), scope, 'steps', readStep);
}

/** The items of a list, with `${{ if }}` insertions and templates followed. */
function each(
  runner: Runner,
  list: YamlNode | undefined,
  scope: Scope,
  key: string,
  read: (runner: Runner, node: YamlNode, scope: Scope) => void,
): void {
  const { space } = runner.texts;
  let rest = space.true;
  for (const item of yamlItems(list)) {
    const entry = item.kind === 'map' ? item.entries[0] : undefined;
    const [, word = '', source = ''] =
      /^\$\{\{\s*(if|elseif|else|each)\b\s*(.*?)\s*\}\}$/s.exec(entry?.key.text.text ?? '') ?? [];
    if (entry !== undefined && word === 'each') each(runner, entry.value, scope, key, read);
    else if (entry !== undefined && word !== '') {
      const holds = word === 'else' ? space.true : azureCondition(source, runner.texts, namesOf(runner, scope));
      if (word === 'if') rest = space.true;
      const when = space.and(scope.when, space.and(rest, holds));
      rest = space.and(rest, space.not(holds));
      if (when !== space.false) each(runner, entry.value, { ...scope, when }, key, read);
    } else if (entry !== undefined && yamlGet(item, 'template') !== undefined)
      followTemplate(runner, item, scope, key, read);
    else bounded(placeIn(runner, item, scope.file), runner.notes, () => read(runner, item, scope));
  }
}

function followTemplate(
  runner: Runner,
  node: YamlNode,
  scope: Scope,
  key: string,
  read: (runner: Runner, node: YamlNode, scope: Scope) => void,
): void {
  const written = yamlGet(node, 'template');
  const path = yamlText(written);
  // `x.yml@repository` is in another repository.
  if (written === undefined || path === undefined || /@|\$/.test(path) || scope.depth >= TEMPLATE_DEPTH) return;
  const target = normalizePath(path.startsWith('/') ? path : `${folderOf(scope.file)}/${path}`) ?? '';
  const found = runner.files.read(target);
  const at = placeIn(runner, written, scope.file);
  if (found?.kind !== 'text') {
    const reason = found === undefined ? `the project has no file ${path}` : `${path} cannot be read: ${found.reason}`;
    runner.notes.push({ place: at, message: reason });
    return;
  }
  const first = !runner.read.has(target);
  runner.read.add(target);
  const tree = parseYaml(found.text);
  if (first)
    for (const problem of tree.problems)
      runner.notes.push({ place: { file: target, ...problem.at }, message: problem.message });
  const root = tree.documents[0]?.root;
  const parameters = new Map<string, Text>();
  for (const parameter of yamlItems(yamlGet(root, 'parameters'))) {
    // Both forms: `- name: x` with a default, and `x: default`.
    const name = yamlText(yamlGet(parameter, 'name'));
    const fallback = yamlText(yamlGet(parameter, 'default'));
    if (name === undefined)
      for (const { key: old, value } of yamlEntries(parameter))
        parameters.set(old.text.text, runner.texts.literal(yamlText(value) ?? ''));
    else if (fallback !== undefined) parameters.set(name, runner.texts.literal(fallback));
  }
  for (const { key: name, value } of yamlEntries(yamlGet(node, 'parameters')))
    parameters.set(name.text.text, textOf(runner, yamlText(value) ?? '', scope));
  const inner: Scope = {
    ...scope,
    file: target,
    parameters,
    chain: [...scope.chain, { place: at, message: `template ${path}` }],
    depth: scope.depth + 1,
  };
  each(runner, yamlGet(root, key), inner, key, read);
}

function variablesOf(runner: Runner, node: YamlNode | undefined, scope: Scope): ReadonlyMap<string, Text> {
  const variables = new Map(scope.variables);
  const inner = { ...scope, variables };
  const { space } = runner.texts;
  const set = (name: string, value: YamlNode | undefined, when: Condition): void => {
    const text = textOf(runner, yamlText(value) ?? '', inner);
    const before = variables.get(name) ?? variableText(runner, inner, name);
    variables.set(name, runner.texts.pick(when, text, before ?? runner.texts.empty));
  };
  const read = (list: YamlNode | undefined, when: Condition): void => {
    let rest = space.true;
    const conditional = (key: string, value: YamlNode): boolean => {
      const [, word, source = ''] = /^\$\{\{\s*(if|elseif|else)\b\s*(.*?)\s*\}\}$/s.exec(key) ?? [];
      if (word === undefined) return false;
      const holds = word === 'else' ? space.true : azureCondition(source, runner.texts, namesOf(runner, inner));
      if (word === 'if') rest = space.true;
      read(value, space.and(when, space.and(rest, holds)));
      rest = space.and(rest, space.not(holds));
      return true;
    };
    if (list?.kind === 'map') {
      for (const { key, value } of list.entries)
        if (!conditional(key.text.text, value)) set(key.text.text, value, when);
      return;
    }
    for (const item of yamlItems(list)) {
      const entry = item.kind === 'map' ? item.entries[0] : undefined;
      if (entry !== undefined && conditional(entry.key.text.text, entry.value)) continue;
      const name = yamlText(yamlGet(item, 'name'));
      if (name !== undefined) set(name, yamlGet(item, 'value'), when);
    }
  };
  read(node, space.true);
  return variables;
}

/** A variable by its name; names are the same with any case. */
function variableText(runner: Runner, scope: Scope, name: string): Text | undefined {
  const { texts } = runner;
  const known =
    scope.variables.get(name) ?? [...scope.variables].find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  if (known !== undefined) return known;
  switch (name.toLowerCase()) {
    case 'build.sourcebranch':
      return texts.answer(texts.space.input('BUILD_SOURCEBRANCH'));
    case 'build.sourcebranchname':
      return (
        texts.transform(texts.answer(texts.space.input('BUILD_SOURCEBRANCH')), 'branch name', (ref) =>
          ref.replace(/^.*\//, ''),
        ) ?? texts.symbol('$(Build.SourceBranchName)')
      );
    case 'build.reason':
      return texts.answer(texts.space.input('BUILD_REASON'));
    case 'build.sourcesdirectory':
    case 'system.defaultworkingdirectory':
      return texts.literal('/');
    default:
      break;
  }
  const environment = name.toUpperCase().replaceAll('.', '_');
  if (name.includes('.')) {
    const source = /sourceversion/i.test(name) ? 'checkout' : '';
    return texts.symbol(`$(${name})`, undefined, source);
  }
  return outside(texts, environment, FACTS)?.text;
}

function namesOf(runner: Runner, scope: Scope): Names {
  return (kind, name) => {
    if (kind === 'parameters') return scope.parameters.get(name);
    return kind === 'variables' ? variableText(runner, scope, name) : undefined;
  };
}

function resolve(runner: Runner, scope: Scope, found: RegExpExecArray): Text | undefined {
  const [, compile, macro, runtime] = found;
  if (compile !== undefined) return azureText(compile, runner.texts, namesOf(runner, scope));
  if (macro !== undefined) return variableText(runner, scope, macro);
  return runtime === undefined ? undefined : azureText(runtime, runner.texts, namesOf(runner, scope));
}

function textOf(runner: Runner, written: string, scope: Scope): Text {
  return filled(runner.texts, written, TEMPLATE, (found) => resolve(runner, scope, found));
}

function limited(runner: Runner, node: YamlNode, scope: Scope): Scope {
  const written = yamlText(yamlGet(node, 'condition'));
  const variables = variablesOf(runner, yamlGet(node, 'variables'), scope);
  const inner = { ...scope, variables };
  if (written === undefined) return inner;
  const source = written.replace(/\$\{\{\s*(.*?)\s*\}\}/gs, '$1');
  return {
    ...inner,
    when: runner.texts.space.and(scope.when, azureCondition(source, runner.texts, namesOf(runner, inner))),
  };
}

function named(runner: Runner, node: YamlNode, key: string, scope: Scope): Scope {
  const naming = yamlGet(node, key);
  const written = yamlText(naming);
  if (naming === undefined || written === undefined || written === '') return scope;
  const text = textOf(runner, written, scope);
  const place = placeIn(runner, naming, scope.file);
  const name = runner.texts.constant(text) ?? written;
  const evidence = /^tests?$/i.test(name) ? [] : evidenceByText('job', text, place);
  return {
    ...scope,
    chain: [...scope.chain, { place, message: `${key === 'stage' ? 'stage' : 'job'} ${name}` }],
    evidence: [...scope.evidence, ...evidence],
  };
}

function readStage(runner: Runner, node: YamlNode, outer: Scope): void {
  const scope = limited(runner, node, named(runner, node, 'stage', outer));
  each(runner, yamlGet(node, 'jobs'), scope, 'jobs', readJob);
  each(runner, yamlGet(node, 'steps'), scope, 'steps', readStep);
}

function readJob(runner: Runner, node: YamlNode, outer: Scope): void {
  let scope = limited(
    runner,
    node,
    named(runner, node, yamlGet(node, 'deployment') === undefined ? 'job' : 'deployment', outer),
  );
  const environment = yamlGet(node, 'environment');
  const name = environment?.kind === 'map' ? yamlGet(environment, 'name') : environment;
  const written = yamlText(name);
  if (name !== undefined && written !== undefined) {
    // `environment: prod.namespace` names a resource of it.
    const text = textOf(runner, written, scope);
    const found = evidenceByText('environment key', text, placeIn(runner, name, scope.file));
    scope = { ...scope, evidence: [...found, ...scope.evidence] };
  }
  each(runner, yamlGet(node, 'steps'), scope, 'steps', readStep);
  for (const { value } of yamlEntries(yamlGet(node, 'strategy')))
    for (const phase of ['preDeploy', 'deploy', 'routeTraffic', 'postRouteTraffic'])
      each(runner, yamlGet(value, phase, 'steps'), scope, 'steps', readStep);
}

function readStep(runner: Runner, node: YamlNode, outer: Scope): void {
  const scope = limited(runner, node, outer);
  const holes: Holes = new Map();
  const templated = (part: Part): readonly Part[] =>
    withTemplates(part, TEMPLATE, (found) => resolve(runner, scope, found), runner.texts, holes);
  const task = yamlText(yamlGet(node, 'task')) ?? '';
  const inputs = yamlGet(node, 'inputs');
  const pwsh = yamlText(yamlGet(inputs, 'scriptType')) ?? '';
  let script: readonly Part[] = [];
  const written = yamlGet(node, 'script') ?? yamlGet(node, 'bash');
  if (written !== undefined) script = partsOf(written, scope.file).flatMap(templated);
  else if (/^(?:Bash|CmdLine|ShellScript)@/.test(task))
    script = partsOf(yamlGet(inputs, 'script'), scope.file).flatMap(templated);
  else if (/^(?:AzureCLI)@/.test(task) && !/ps|batch/.test(pwsh))
    script = partsOf(yamlGet(inputs, 'inlineScript'), scope.file).flatMap(templated);
  else if (/^Docker@/.test(task) && inputs !== undefined)
    script = dockerTask(node, inputs, scope.file, templated, runner.files);
  if (script.length === 0 || scope.when === runner.texts.space.false) return;
  const variables = new Map<string, Binding>();
  for (const [name, text] of scope.variables) variables.set(environmentName(name), bound(runner.texts, text));
  for (const { key, value } of yamlEntries(yamlGet(node, 'env')))
    variables.set(key.text.text, bound(runner.texts, textOf(runner, yamlText(value) ?? '', scope)));
  const folder = yamlText(yamlGet(node, 'workingDirectory') ?? yamlGet(inputs, 'workingDirectory'));
  const inside = folder === undefined ? '' : runner.texts.constant(textOf(runner, folder, scope));
  const at = placeIn(runner, node, scope.file);
  const { space } = runner.texts;
  runShell(runner, {
    script,
    variables,
    inherited: (name) => {
      if (name === 'BUILD_SOURCEBRANCH' || name === 'BUILD_REASON')
        return bound(runner.texts, runner.texts.answer(space.input(name)));
      return outside(runner.texts, name, FACTS);
    },
    holes,
    options: [],
    folder: normalizePath(inside ?? '') ?? '',
    when: scope.when,
    at,
    chain: scope.chain,
    evidence: [
      ...scope.evidence,
      ...evidenceByBranch(runner.texts, scope.when, space.input('BUILD_SOURCEBRANCH'), undefined, at),
    ],
  });
}

function environmentName(name: string): string {
  return name.toUpperCase().replace(/[.\s]/g, '_');
}
