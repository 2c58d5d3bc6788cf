import { addOrigins } from '../../model/build.js';
import type { Template } from '../../syntax/makefile/template.js';
import type { Place } from '../../text/span.js';
import { type Condition, supportOf, type Variational } from '../../value/diagram.js';
import { inputsOf, render, symbolsOf, type Text } from '../../value/text.js';
import { fileAt } from '../dockerfile/context.js';
import { type Binding, type Bindings, type Dialect, evaluateScript, type ShellHost } from '../shell/index.js';
import { CLASS_LIMIT, scriptsOf } from '../shell/paste.js';
import { type Machine, note } from './state.js';
import { fromEnvironment } from './variables.js';

/** The files of the project, as the shells of a makefile see them. */
export function hostOf(machine: Machine): ShellHost {
  return {
    script: (path) =>
      fileAt(path, [{ destination: '/', source: '', isFolder: true, content: undefined }], machine.files, 'Makefile'),
    exists: () => undefined,
    missing: () => false,
  };
}

/** The folder that make runs in, as an absolute path whose root is the project's. */
export function workingFolder(machine: Machine): string {
  return `/${machine.folder}`;
}

/** The environment that make itself was started with: all that `$(shell …)` sees in make 4.3. */
function originalEnvironment(machine: Machine): (name: string) => Binding | undefined {
  return (name) => {
    const given = fromEnvironment(machine, name);
    return given === undefined ? undefined : { ...given, exported: given.set };
  };
}

/** What `$(shell …)` and `!=` give: the output, line feeds as blanks; a symbol where it is not known, which comes from `origins`. */
export function shellText(machine: Machine, command: Text, origins: readonly Place[]): Text {
  const { space, texts } = machine;
  const known = machine.shellOutputs.get(command);
  if (known !== undefined) return known;
  let result: Text = texts.empty;
  const scripts = scriptsOf(texts, command);
  if (scripts === undefined || scripts.length > CLASS_LIMIT) {
    note(
      machine,
      'limit',
      'this command differs in too many ways between environments; its output is taken as unknown',
    );
    return texts.symbol(`$(shell ${render(command)})`, inputsOf(command));
  }
  const shell = texts.constant(machine.global.set.get('SHELL')?.text ?? texts.empty) ?? '';
  const dialect: Variational<Dialect> = space.one<Dialect>(/bash$/.test(shell) ? 'bash' : 'dash');
  const host = hostOf(machine);
  const remember = (script: ReturnType<typeof host.script>): typeof script => {
    if (script !== undefined) machine.scripts.add(script.file);
    return script;
  };
  for (const script of scripts) {
    const { when } = script;
    const variables: Bindings = script.variables;
    const outcome = evaluateScript({
      text: script.text,
      file: machine.at.file,
      place: () => machine.at,
      texts,
      host: { ...host, script: (path) => remember(host.script(path)) },
      variables,
      inherited: originalEnvironment(machine),
      dialect,
      sh: space.one<Dialect>('dash'),
      cwd: texts.literal(workingFolder(machine)),
      options: [],
      when,
      positional: [],
      zero: '/bin/sh',
      capture: true,
    });
    const output = supportOf(when).size > 8 ? outcome.output : texts.assume(outcome.output, when);
    const folded =
      texts.transform(output, 'shell', (text) => text.replace(/\n+$/, '').replace(/\n/g, ' ')) ??
      texts.symbol(`$(shell ${render(command)})`, inputsOf(command));
    result = texts.pick(script.when, onlySymbol(machine, output) ?? folded, result);
  }
  for (const symbol of symbolsOf(result)) if (symbol.source !== '') addOrigins(machine.origins, symbol, origins);
  // What equals nothing (`date`) is another one each time, so that what holds it must not be kept either.
  if (symbolsOf(result).some(({ volatile }) => volatile)) machine.volatile += 1;
  else machine.shellOutputs.set(command, result);
  return result;
}

/** Notes that what is being expanded depends on a test, or on the name of a variable, in a text. */
export function decide(machine: Machine, asked: Template, holds: Condition, names: readonly string[]): void {
  for (const place of originsIn(machine, asked))
    machine.decisions.push({ place, when: machine.live, holds, sides: undefined, names });
}

/** Where a command in the text that is being expanded may stand: in assignments that have its words, or in the statement at hand. */
export function originsIn({ assignments, written, at }: Machine, command: Template): readonly Place[] {
  if (assignments.length === 0) return [at];
  const words = command.flatMap((part) => (part.kind === 'literal' ? [part.text.replaceAll('$', '$$$$')] : []));
  const own = assignments.filter((place) => words.every((word) => written.get(place)?.includes(word) === true));
  return own.length > 0 ? own : assignments;
}

/** An output that is one unknown and nothing else stays that unknown. */
function onlySymbol(machine: Machine, output: Text): Text | undefined {
  const pieces = output.pieces.filter((piece) => piece.kind !== 'literal' || piece.text !== '\n');
  const [only, another] = pieces;
  if (only === undefined || another !== undefined || (only.kind !== 'symbol' && only.kind !== 'answer'))
    return undefined;
  return machine.texts.join([only]);
}
