import type { Redirection, Word } from '../../syntax/shell/parse.js';
import { inputsOf, render } from '../../value/text.js';
import type { Shell } from './state.js';
import { absolute } from './test.js';
import { expandParts, expandText, unescapeQuoted } from './words.js';

/** Runs something with its input and output redirected. */
export function withRedirections(shell: Shell, redirections: readonly Redirection[], run: () => void): void {
  if (redirections.length === 0) {
    run();
    return;
  }
  const { output, outputs, appends, input, piped } = shell;
  let captured = true;
  for (const redirection of redirections) {
    if (redirection.type === 'HereDoc') {
      const { body, delimiter } = redirection;
      const strip = redirection.operator === '<<-';
      const raw = strip ? body.text.replace(/^\t+/gm, '') : body.text;
      if (delimiter?.quoted === true) shell.input = shell.machine.texts.literal(raw);
      else
        shell.input =
          body.parts === undefined
            ? shell.machine.texts.literal(unescapeQuoted(raw))
            : expandParts(shell, body.parts, strip);
    } else if (redirection.type === 'HereString') {
      const text = redirection.target === undefined ? shell.machine.texts.empty : expandText(shell, redirection.target);
      shell.input = shell.machine.texts.concat(text, shell.machine.texts.literal('\n'));
    } else if (redirection.target !== undefined)
      captured = redirect(shell, redirection, redirection.target) && captured;
  }
  run();
  const written = shell.output;
  shell.output = captured ? written : output;
  shell.outputs = outputs;
  shell.appends = appends;
  shell.input = input;
  shell.piped = piped;
}

/** Applies one redirection; false when standard output no longer goes where it went. */
function redirect(shell: Shell, redirection: Extract<Redirection, { type: 'Redirect' }>, target: Word): boolean {
  const { texts } = shell.machine;
  const path = expandText(shell, target);
  const { operator } = redirection;
  if (operator === '<' || operator === '<>') {
    const constant = texts.constant(path);
    const known = constant === undefined ? undefined : shell.files.get(absolute(shell, constant))?.content;
    shell.input = known ?? texts.symbol(`< ${render(path)}`, inputsOf(path));
    shell.piped = false;
    return true;
  }
  if (operator === '<&') return true;
  const descriptor = redirection.descriptor?.type === 'FileDescriptor' ? redirection.descriptor.value : 1;
  if (descriptor !== 1) return true;
  const constant = texts.constant(path);
  if (operator === '>&' && constant === '1') return true;
  shell.output = undefined;
  const discarded =
    constant === '/dev/null' ||
    constant === '/dev/stderr' ||
    constant === '/dev/stdout' ||
    (operator === '>&' && /^\d$|^-$/.test(constant ?? ''));
  shell.outputs = discarded ? [] : [path];
  shell.appends = operator === '>>' || operator === '&>>';
  return false;
}
