import type { Problem } from '../../text/span.js';
import { parseYaml } from '../yaml/parse.js';
import { isNull, yamlEntries, yamlGet, yamlItems, yamlScalar, yamlText } from '../yaml/read.js';
import type { YamlNode } from '../yaml/tree.js';
import { parseCondition, parseTemplate, type Template } from './template.js';
import type {
  Action,
  Input,
  Job,
  Pattern,
  RunDefaults,
  Step,
  Trigger,
  Workflow,
  WorkflowEntry,
  WorkflowValue,
} from './tree.js';

/** Reads a workflow of GitHub Actions. Never throws; what is no workflow is one without jobs. */
export function parseWorkflow(text: string): Workflow {
  const yaml = parseYaml(text);
  const problems: Problem[] = [...yaml.problems];
  const root = yaml.documents[0]?.root;
  return {
    kind: 'workflow',
    span: root?.span ?? { start: 0, end: 0 },
    name: templateOf(yamlGet(root, 'name'), problems),
    triggers: triggersOf(yamlGet(root, 'on'), problems),
    env: valueOf(yamlGet(root, 'env'), problems),
    defaults: defaultsOf(yamlGet(root, 'defaults'), problems),
    jobs: yamlEntries(yamlGet(root, 'jobs')).map(({ key, value }) => jobOf(key.text.text, key.span, value, problems)),
    problems,
  };
}

/** Reads an `action.yml`. Never throws. */
export function parseAction(text: string): Action {
  const yaml = parseYaml(text);
  const problems: Problem[] = [...yaml.problems];
  const root = yaml.documents[0]?.root;
  const runs = yamlGet(root, 'runs');
  return {
    kind: 'action',
    span: root?.span ?? { start: 0, end: 0 },
    using: yamlText(yamlGet(runs, 'using')) ?? '',
    inputs: inputsOf(yamlGet(root, 'inputs'), problems),
    outputs: outputsOf(yamlGet(root, 'outputs'), problems),
    steps: stepsOf(yamlGet(runs, 'steps'), problems),
    problems,
  };
}

function templateOf(node: YamlNode | undefined, problems: Problem[]): Template | undefined {
  const scalar = yamlScalar(node);
  return scalar === undefined ? undefined : parseTemplate(scalar.text, problems);
}

function valueOf(node: YamlNode | undefined, problems: Problem[]): WorkflowValue | undefined {
  if (node === undefined) return undefined;
  switch (node.kind) {
    case 'scalar':
      return { kind: 'text', span: node.span, template: parseTemplate(node.text, problems), plain: node.value };
    case 'list':
      return {
        kind: 'list',
        span: node.span,
        items: node.items.flatMap((item) => valueOf(item, problems) ?? []),
      };
    case 'map':
      return { kind: 'map', span: node.span, entries: entriesOf(node, problems) };
  }
}

function entriesOf(node: YamlNode | undefined, problems: Problem[]): readonly WorkflowEntry[] {
  return yamlEntries(node).flatMap(({ key, value }) => {
    const read = valueOf(value, problems);
    return read === undefined ? [] : [{ name: key.text.text, key: key.span, value: read }];
  });
}

function triggersOf(node: YamlNode | undefined, problems: Problem[]): readonly Trigger[] {
  if (node === undefined || isNull(node)) return [];
  if (node.kind !== 'map')
    return yamlItems(node).flatMap((item) => {
      const event = yamlText(item);
      return event === undefined ? [] : [triggerOf(event, item, undefined, problems)];
    });
  return node.entries.map(({ key, value }) => triggerOf(key.text.text, key, value, problems));
}

function triggerOf(event: string, at: YamlNode, node: YamlNode | undefined, problems: Problem[]): Trigger {
  return {
    event,
    span: at.span,
    branches: patternsOf(yamlGet(node, 'branches')),
    branchesIgnore: patternsOf(yamlGet(node, 'branches-ignore')),
    tags: patternsOf(yamlGet(node, 'tags')),
    tagsIgnore: patternsOf(yamlGet(node, 'tags-ignore')),
    inputs: inputsOf(yamlGet(node, 'inputs'), problems),
    outputs: outputsOf(yamlGet(node, 'outputs'), problems),
  };
}

function patternsOf(node: YamlNode | undefined): readonly Pattern[] | undefined {
  if (node === undefined) return undefined;
  return yamlItems(node).flatMap((item) => {
    const text = yamlText(item);
    return text === undefined ? [] : [{ text, span: item.span }];
  });
}

function inputsOf(node: YamlNode | undefined, problems: Problem[]): readonly Input[] {
  return yamlEntries(node).map(({ key, value }) => ({
    name: key.text.text,
    span: key.span,
    type: yamlText(yamlGet(value, 'type')) ?? 'string',
    fallback: valueOf(yamlScalar(yamlGet(value, 'default')), problems),
    required: yamlScalar(yamlGet(value, 'required'))?.value === true,
    options: yamlItems(yamlGet(value, 'options')).flatMap((option) => yamlText(option) ?? []),
  }));
}

function outputsOf(node: YamlNode | undefined, problems: Problem[]): readonly WorkflowEntry[] {
  return yamlEntries(node).flatMap(({ key, value }) => {
    const read = valueOf(value.kind === 'map' ? yamlGet(value, 'value') : value, problems);
    return read === undefined ? [] : [{ name: key.text.text, key: key.span, value: read }];
  });
}

function defaultsOf(node: YamlNode | undefined, problems: Problem[]): RunDefaults {
  const run = yamlGet(node, 'run');
  return {
    shell: templateOf(yamlGet(run, 'shell'), problems),
    workingDirectory: templateOf(yamlGet(run, 'working-directory'), problems),
  };
}

function conditionOf(node: YamlNode | undefined, problems: Problem[]): Template | undefined {
  const scalar = yamlScalar(node);
  return scalar === undefined ? undefined : parseCondition(scalar.text, problems);
}

function jobOf(id: string, span: Job['span'], node: YamlNode, problems: Problem[]): Job {
  const environment = yamlGet(node, 'environment');
  const container = yamlGet(node, 'container');
  return {
    id,
    span,
    name: templateOf(yamlGet(node, 'name'), problems),
    needs: yamlItems(yamlGet(node, 'needs')).flatMap((item) => yamlText(item) ?? []),
    condition: conditionOf(yamlGet(node, 'if'), problems),
    environment: templateOf(environment?.kind === 'map' ? yamlGet(environment, 'name') : environment, problems),
    matrix: valueOf(yamlGet(node, 'strategy', 'matrix'), problems),
    env: valueOf(yamlGet(node, 'env'), problems),
    defaults: defaultsOf(yamlGet(node, 'defaults'), problems),
    outputs: outputsOf(yamlGet(node, 'outputs'), problems),
    container: container !== undefined && !isNull(container),
    runsOn: templateOf(yamlItems(yamlGet(node, 'runs-on'))[0], problems),
    forgives: yamlScalar(yamlGet(node, 'continue-on-error'))?.value === true,
    uses: templateOf(yamlGet(node, 'uses'), problems),
    with: entriesOf(yamlGet(node, 'with'), problems),
    steps: stepsOf(yamlGet(node, 'steps'), problems),
  };
}

function stepsOf(node: YamlNode | undefined, problems: Problem[]): readonly Step[] {
  if (node?.kind !== 'list') return [];
  return node.items
    .filter((item) => item.kind === 'map')
    .map((item) => ({
      id: yamlText(yamlGet(item, 'id')),
      span: { start: item.span.start, end: Math.max(item.span.start, item.entries[0]?.value.span.end ?? 0) },
      name: templateOf(yamlGet(item, 'name'), problems),
      condition: conditionOf(yamlGet(item, 'if'), problems),
      run: templateOf(yamlGet(item, 'run'), problems),
      shell: templateOf(yamlGet(item, 'shell'), problems),
      workingDirectory: templateOf(yamlGet(item, 'working-directory'), problems),
      uses: templateOf(yamlGet(item, 'uses'), problems),
      with: entriesOf(yamlGet(item, 'with'), problems),
      env: valueOf(yamlGet(item, 'env'), problems),
      forgives: yamlScalar(yamlGet(item, 'continue-on-error'))?.value === true,
    }));
}
