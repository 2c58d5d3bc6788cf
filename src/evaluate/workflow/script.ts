import type { CommandStep } from '../../model/build.js';
import type { Template } from '../../syntax/workflow/template.js';
import { normalizePath } from '../../text/files.js';
import { spanToSource } from '../../text/mapped.js';
import type { Place, Span } from '../../text/span.js';
import type { Condition } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import type { EnvironmentValue, Standing } from '../delivery/delivered.js';
import { fileAt, joinPath } from '../dockerfile/context.js';
import { commandStep } from '../dockerfile/step.js';
import { type Binding, type Dialect, type Execution, evaluateScript, type ScriptInput } from '../shell/index.js';
import { scriptsOfParts, WORD_PREFIX, withoutVariables } from '../shell/paste.js';
import { type Scope, templateParts } from './expression.js';
import { ENV_FILE, OUTPUT_FILE, setValue, valuesPrinted, valuesWritten } from './outputs.js';
import { type Machine, note, placeIn } from './state.js';
import { property, textOf, type Value } from './value.js';

/** A shell as the runner calls it. */
export interface RunShell {
  readonly dialect: Dialect;
  readonly options: readonly string[];
}

/** What a script did. */
export interface ScriptRun {
  /** Where it was run and succeeded. */
  readonly succeeded: Condition;
  readonly outputs: ReadonlyMap<string, EnvironmentValue>;
  /** Variables for later steps. */
  readonly variables: ReadonlyMap<string, EnvironmentValue>;
}

/** The shell that a `shell:` means; undefined when it is none that is evaluated. */
export function shellOf(name: string | undefined, container: boolean): RunShell | undefined {
  // What the runner calls: `bash -e {0}` where nothing is said, and more options where bash is named.
  if (name === undefined) return { dialect: container ? 'dash' : 'bash', options: ['-e'] };
  if (name === 'bash') return { dialect: 'bash', options: ['-e', 'pipefail'] };
  if (name === 'sh') return { dialect: 'dash', options: ['-e'] };
  const [program = '', ...words] = name.trim().split(/\s+/);
  const base = program.replace(/^.*\//, '');
  if (base !== 'bash' && base !== 'sh' && base !== 'dash') return undefined;
  const options = words.flatMap((word): readonly string[] => {
    if (word === 'pipefail') return [word];
    return /^-[a-z]+$/.test(word) ? [word.replace('o', '')] : [];
  });
  return { dialect: base === 'bash' ? 'bash' : 'dash', options };
}

/** Variables that the runner sets for every step, by what they are in the context `github`. */
const FROM_GITHUB =
  'actor base_ref event_name head_ref job ref ref_name ref_type repository repository_owner run_attempt run_id run_number server_url sha triggering_actor workflow workspace'.split(
    ' ',
  );

/** The variables that the runner sets for every step. */
export function runnerVariables({ texts }: Machine, github: Value): Map<string, EnvironmentValue> {
  const set = texts.space.true;
  const variables = new Map<string, EnvironmentValue>();
  for (const name of FROM_GITHUB)
    variables.set(`GITHUB_${name.toUpperCase()}`, { set, text: textOf(texts, property(texts, github, name)) });
  variables.set('CI', { set, text: texts.literal('true') });
  variables.set('GITHUB_ACTIONS', { set, text: texts.literal('true') });
  variables.set('GITHUB_OUTPUT', { set, text: texts.literal(OUTPUT_FILE) });
  variables.set('GITHUB_ENV', { set, text: texts.literal(ENV_FILE) });
  variables.set('GITHUB_PATH', { set, text: texts.literal('/github/file_commands/path') });
  variables.set('GITHUB_STEP_SUMMARY', { set, text: texts.literal('/github/file_commands/summary') });
  for (const name of ['HOME', 'PATH', 'USER', 'LANG', 'RUNNER_TEMP', 'RUNNER_OS', 'RUNNER_ARCH', 'RUNNER_TOOL_CACHE'])
    variables.set(name, { set, text: texts.symbol(`$${name}`) });
  return variables;
}

/** Runs a script of a step for every environment and follows what it calls. */
export function runScript(
  machine: Machine,
  file: string,
  template: Template,
  scope: Scope,
  shell: RunShell,
  folder: Text,
  environment: ReadonlyMap<string, EnvironmentValue>,
  standing: Standing,
): ScriptRun {
  const { texts } = machine;
  const { space } = texts;
  const whole = placeIn(file, spanToSource(template.text, { start: 0, end: template.text.text.length }));
  const scripts = scriptsOfParts(texts, templateParts(scope, template), standing.when);
  const outputs = new Map<string, EnvironmentValue>();
  const variables = new Map<string, EnvironmentValue>();
  if (scripts === undefined) {
    note(machine, whole, 'this script differs in too many ways between environments; it is not evaluated');
    return { succeeded: standing.when, outputs, variables };
  }
  const exported = new Map<string, Binding>();
  for (const [name, { set, text }] of environment) exported.set(name, { set, text, exported: set });
  let succeeded: Condition = space.false;
  const steps: CommandStep[] = [];
  for (const script of scripts) {
    const place = (span: Span): Place => {
      const origin = script.source(span.start, span.end);
      return placeIn(file, spanToSource(template.text, origin));
    };
    const input: ScriptInput = {
      text: script.text,
      file,
      place,
      texts,
      host: {
        script: (path) =>
          fileAt(path, [{ destination: '/', source: '', isFolder: true, content: undefined }], machine.files, ''),
        exists: () => undefined,
        missing: () => false,
      },
      variables: new Map([...exported, ...script.variables]),
      dialect: space.one(shell.dialect),
      sh: space.one<Dialect>('dash'),
      cwd: folder,
      options: shell.options,
      when: script.when,
      positional: [],
      zero: file,
      capture: false,
    };
    const outcome = evaluateScript(input);
    const succeeds = space.where(outcome.status, (status) => status === 0);
    succeeded = space.or(succeeded, space.and(script.when, succeeds));
    for (const { place: at, message } of outcome.notes) note(machine, at, message);
    const restore = (text: Text): Text => withoutVariables(texts, text, script.variables);
    for (const execution of outcome.executions)
      steps.push(commandStep(texts, withoutWords(execution, restore), place({ start: 0, end: script.text.length }), 0));
    join(texts, outputs, valuesWritten(texts, outcome.executions, OUTPUT_FILE, restore));
    join(texts, variables, valuesWritten(texts, outcome.executions, ENV_FILE, restore));
    if (script.text.includes('::set-output'))
      join(texts, outputs, valuesPrinted(texts, evaluateScript({ ...input, capture: true }).output, script.when));
  }
  machine.parts.push(machine.follow(steps, standing));
  return { succeeded, outputs, variables };
}

function withoutWords(execution: Execution, restore: (text: Text) => Text): Execution {
  return {
    ...execution,
    words: execution.words.map(({ when, item }) => ({ when, item: { ...item, text: restore(item.text) } })),
    input: execution.input === undefined ? undefined : restore(execution.input),
    environment: new Map([...execution.environment].filter(([name]) => !name.startsWith(WORD_PREFIX))),
  };
}

function join(texts: Texts, into: Map<string, EnvironmentValue>, values: ReadonlyMap<string, EnvironmentValue>): void {
  for (const [name, { set, text }] of values) setValue(texts, into, name, text, set);
}

/** The absolute folder of a `working-directory`, in the folder that is checked out. */
export function folderText({ texts, root }: Machine, folder: Text | undefined): Text {
  if (folder === undefined) return texts.literal(`/${root}`);
  const constant = texts.constant(folder);
  return constant === undefined ? folder : texts.literal(joinPath(`/${root}`, constant));
}

/** A folder as it stands in the project; the root where it is not known. */
export function folderName({ texts }: Machine, folder: Text): string {
  return normalizePath(texts.constant(folder) ?? '') ?? '';
}
