/*
 * Texts that are run as scripts: `eval`, `.`, `sh -c`, and scripts of the project.
 */
import { scriptCall } from '../../knowledge/package-scripts.js';
import { shellFileOf, shellScriptOf } from '../../knowledge/tools.js';
import { parseShell } from '../../syntax/shell/parse.js';
import type { Place } from '../../text/span.js';
import { type Condition, supportOf, type Variational } from '../../value/diagram.js';
import { inputsOf, render, type Text } from '../../value/text.js';
import { readPackage, withHooks } from '../package.js';
import { charge, DEPTH_LIMIT } from './limits.js';
import { mentionedTexts } from './match.js';
import { HOLE } from './parameters.js';
import { record, unknownStatus } from './programs.js';
import {
  assign,
  type Binding,
  type Dialect,
  type Fields,
  fork,
  lazyBinding,
  type NodeSpan,
  note,
  only,
  placeOf,
  type Shell,
  setStatus,
  statusOfFork,
  unite,
  write,
} from './state.js';
import { absolute } from './test.js';
import { dropFirst } from './variables.js';

/** Runs a text as a script in this shell, as `eval` does. */
export function runText(shell: Shell, text: Text, node: NodeSpan): void {
  const { space, texts } = shell.machine;
  const flat = texts.flatten(texts.assume(text, shell.live));
  if (flat === undefined) {
    giveUp(shell, text, node);
    return;
  }
  for (const leaf of space.leaves(flat)) {
    let rest = leaf.when;
    // Answers that the shell would read as more than a part of a word are told apart; others are like any unknown.
    const [selector] = leaf.item.holds;
    const unknown = texts.join(leaf.item.pieces.filter((piece) => piece.kind === 'answer'));
    for (const { when, known, answer } of mentionedTexts(shell, unknown)) {
      const whole = selector === undefined ? undefined : texts.constant(leaf.item.given(selector, answer));
      if (whole === undefined || /^[\w./:=@%+,-]*$/.test(known)) continue;
      only(shell, space.and(leaf.when, when), () =>
        runSource(shell, whole, shell.source.file, placeOf(shell, node), node),
      );
      rest = space.and(rest, space.not(when));
    }
    only(shell, rest, () => runWithHoles(shell, leaf.item, node));
  }
}

/**
 * Runs a text that is not known in all its parts: these become variables, which are one word or none, as they would be
 * for all that is not special to the shell.
 */
function runWithHoles(shell: Shell, text: Text, node: NodeSpan): void {
  const { space, texts } = shell.machine;
  const names: string[] = [];
  const quotes = new Quotes();
  let script = '';
  for (const piece of text.pieces) {
    if (piece.kind === 'literal') {
      script += piece.text;
      quotes.read(piece.text);
    } else {
      const name = `${HOLE}${names.length}`;
      names.push(name);
      script += quotes.open === "'" ? `'"\${${name}}"'` : `\${${name}}`;
      write(shell, name, { set: space.true, text: texts.join([piece]), exported: space.false });
    }
  }
  if (names.length > 0 && HOLE_OUT_OF_PLACE.test(script)) giveUp(shell, text, node);
  else runSource(shell, script, shell.source.file, placeOf(shell, node), node);
  for (const name of names) write(shell, name, { set: space.false, text: texts.empty, exported: space.false });
}

/** An unknown that is a whole script, or stands in a name that is assigned or defined. */
const HOLE_OUT_OF_PLACE = new RegExp(`^\\$\\{${HOLE}\\d+\\}$|(?:^|[\\s;&|])\\w*\\$\\{${HOLE}\\d+\\}\\w*(?:=|\\()`);

/** What a text that is not known does is one unknown command. */
function giveUp(shell: Shell, text: Text, node: NodeSpan): void {
  const { space } = shell.machine;
  note(shell, node, `this evaluates a text that is not known: ${render(text)}`);
  const span = { start: node.pos, end: node.end };
  record(
    shell,
    [
      { when: space.true, item: { text: shell.machine.texts.literal('eval'), many: false, span } },
      { when: space.true, item: { text, many: true, span } },
    ],
    node,
    false,
  );
  setStatus(shell, unknownStatus(shell, 'eval', [{ when: space.true, item: { text, many: true, span } }]));
}

/** Follows which quotes are open in a text that is read in parts. */
class Quotes {
  open: '' | "'" | '"' = '';

  read(text: string): void {
    for (let i = 0; i < text.length; i += 1) {
      const c = text[i];
      if (c === '\\' && this.open !== "'") i += 1;
      else if (c === "'" || c === '"') {
        if (this.open === '') this.open = c;
        else if (this.open === c) this.open = '';
      }
    }
  }
}

/** Runs a script's text in this shell; its places are those of `place`, or its own when it is a file. */
function runSource(shell: Shell, text: string, file: string, place: Place | undefined, node: NodeSpan): void {
  const { machine, source, returned, chain } = shell;
  const { space } = machine;
  if (machine.depth > DEPTH_LIMIT) {
    note(shell, node, 'scripts run each other too deeply to be evaluated');
    return;
  }
  // Scripts are read again each time.
  charge(shell, 40 + text.length / 20);
  if (machine.fuel < 0) return;
  const tree = parseShell(text);
  const at = placeOf(shell, node);
  shell.source = { file, text, place: place === undefined ? (span) => ({ file, ...span }) : () => place };
  if (place === undefined) shell.chain = [...chain, at];
  shell.returned = space.false;
  machine.depth += 1;
  setStatus(shell, space.one(0));
  for (const problem of tree.problems) note(shell, { pos: problem.at.start, end: problem.at.end }, problem.message);
  machine.run(shell, tree.script);
  machine.depth -= 1;
  shell.live = space.or(shell.live, shell.returned);
  shell.returned = returned;
  shell.source = source;
  shell.chain = chain;
}

/** Variables that /etc/os-release sets on every distribution (freedesktop.org, os-release). */
const OS_RELEASE = [
  'ID',
  'ID_LIKE',
  'NAME',
  'PRETTY_NAME',
  'VERSION',
  'VERSION_ID',
  'VERSION_CODENAME',
  'UBUNTU_CODENAME',
];

export function sourceFile(shell: Shell, args: Fields, node: NodeSpan): Variational<number> | undefined {
  const { space, texts } = shell.machine;
  const path = args[0]?.item.text;
  if (path === undefined) return space.one(2);
  const constant = texts.constant(texts.assume(path, shell.live));
  if (constant === '/etc/os-release' || constant === '/usr/lib/os-release') {
    for (const name of OS_RELEASE) assign(shell, name, texts.symbol(`$${name}`));
    return space.one(0);
  }
  const known = constant === undefined ? undefined : scriptAt(shell, constant);
  if (known !== undefined) {
    runSource(shell, known.text, known.file, known.written ? placeOf(shell, node) : undefined, node);
    return undefined;
  }
  shell.blurred = unite(shell.blurred ?? new Set(), inputsOf(path));
  return space.one(0);
}

/** A child shell: it has the exported variables only, and its own options. */
function childShell(shell: Shell, dialect: Variational<Dialect>, zero: Text, positional: Fields): Shell {
  const { space, texts } = shell.machine;
  const inner = fork(shell);
  const variables = new Map<string, Binding>();
  for (const [name, binding] of shell.variables)
    variables.set(
      name,
      lazyBinding(() => {
        const set = space.and(binding.set, binding.exported);
        return { set, text: texts.pick(set, binding.text, texts.empty), exported: set };
      }),
    );
  inner.subshell = false;
  inner.variables = variables;
  inner.functions = new Map();
  inner.prefixed = new Set();
  inner.dialect = dialect;
  inner.zero = zero;
  inner.positional = positional;
  inner.errexit = space.false;
  inner.nounset = space.false;
  inner.pipefail = space.false;
  inner.tested = 0;
  inner.deciding = 0;
  inner.status = space.one(0);
  inner.scripts += 1;
  return inner;
}

function finishChild(shell: Shell, inner: Shell): void {
  shell.output = inner.output;
  setStatus(shell, statusOfFork(inner));
}

function dialectOf(shell: Shell, interpreter: string): Variational<Dialect> {
  const { space, sh } = shell.machine;
  const name = interpreter.replace(/^.*\//, '');
  if (name === 'bash') return space.one<Dialect>('bash');
  if (name === 'ash' || name === 'busybox') return space.one<Dialect>('ash');
  return name === 'dash' ? space.one<Dialect>('dash') : sh;
}

/** `sh -c script`, `bash file`, `./file`: runs the script if its text is known. False when it is not a script. */
export function runAsScript(shell: Shell, fields: Fields, words: readonly string[], node: NodeSpan): boolean {
  const { space, texts } = shell.machine;
  if (shell.scripts >= 4) return false;
  const certain = (count: number): boolean => fields.slice(0, count).every(({ when }) => when === space.true);
  const inline = shellScriptOf(words);
  if (inline !== undefined) {
    const script = fields[inline.script];
    if (script === undefined || !certain(inline.script + 1)) return false;
    const rest = fields.slice(inline.script + 1);
    const dialect = dialectOf(shell, words[0] ?? 'sh');
    const inner = childShell(
      shell,
      dialect,
      firstOr(shell, rest, words[0] ?? 'sh'),
      dropFirst(space, rest, space.true, 1).kept,
    );
    inner.fatal = 127;
    applyOptions(inner, inline.options);
    runText(inner, script.item.text, node);
    finishChild(shell, inner);
    return true;
  }
  const file = shellFileOf(words);
  const direct = file === undefined && (words[0] ?? '').includes('/');
  const index = direct ? 0 : file?.script;
  const path = index === undefined ? undefined : words[index];
  const field = index === undefined ? undefined : fields[index];
  if (path === undefined || index === undefined || field === undefined || !certain(index + 1)) return false;
  if (texts.constant(field.item.text) === undefined) return false;
  const known = scriptAt(shell, path);
  if (known === undefined) return false;
  const shebang = readShebang(known.text);
  if (direct && !/(?:^|\/)(?:sh|bash|dash|ash|busybox)$/.test(shebang.interpreter)) return false;
  // `$(INSTALL) ../include/app.h`, where nothing is given: no kernel runs a header.
  if (direct && !known.text.startsWith('#!') && /\.(?!(?:ba|da|a|k)?sh$)[A-Za-z]\w*$/.test(path)) return false;
  const dialect = dialectOf(shell, direct ? shebang.interpreter : (words[0] ?? 'sh'));
  const inner = childShell(shell, dialect, texts.literal(path), fields.slice(index + 1));
  applyOptions(inner, direct ? shebang.options : (file?.options ?? []));
  runSource(inner, known.text, known.file, known.written ? placeOf(shell, node) : undefined, node);
  finishChild(shell, inner);
  return true;
}

/**
 * `npm run build:$ENV`: runs the script of package.json that each environment names; where there is none of that name, npm
 * fails, which is as good as `exit 1`. A name that is the same everywhere stays the command that it is. False when nothing of this is known.
 */
export function runPackageScript(shell: Shell, fields: Fields, words: readonly string[], node: NodeSpan): boolean {
  const { space, texts } = shell.machine;
  const call = scriptCall(words);
  const [at, another] = call?.names ?? [];
  const name = at === undefined ? undefined : fields[at]?.item.text;
  // Words behind the name are given to the script.
  const isPlain = another === undefined && at === fields.length - 1 && fields.every(({ when }) => when === space.true);
  if (call === undefined || name === undefined || !isPlain || call.elsewhere || shell.scripts >= 4) return false;
  if (texts.constant(name) !== undefined) return false;
  const cwd = texts.constant(shell.cwd);
  const folder = call.folder === undefined ? cwd : absolute(shell, call.folder);
  if (folder === undefined) return false;
  const found = shell.machine.host.script(`${folder === '/' ? '' : folder}/package.json`);
  if (found === undefined) return false;
  const pack = readPackage(found.file, found.text);
  const named = [...pack.scripts.values()].flatMap((script) => {
    const when = texts.equal(name, texts.literal(script.name)) ?? space.false;
    return space.and(when, shell.live) === space.false ? [] : [{ script, when }];
  });
  // An unknown name may be that of any script; only what inputs decide is told apart.
  const isDecided = named.every(({ when }) => [...supportOf(when)].every(({ kind }) => kind === 'input'));
  if (named.length === 0 || !isDecided) return false;
  let missing: Condition = space.true;
  for (const { script, when } of named) {
    missing = space.and(missing, space.not(when));
    only(shell, when, () => {
      let goesOn: Condition = space.true;
      for (const one of withHooks(pack, script.name)) {
        only(shell, goesOn, () => {
          const inner = childShell(shell, shell.machine.sh, texts.literal('sh'), []);
          inner.cwd = texts.literal(folder);
          // A package.json has no room for a comment on a finding, so that what the script runs stands where it is called.
          inner.chain = [...inner.chain, one.place];
          runSource(inner, one.text.text, found.file, placeOf(shell, node), node);
          finishChild(shell, inner);
        });
        goesOn = space.and(
          goesOn,
          space.map(shell.status, (status) => status === 0),
        );
      }
    });
  }
  only(shell, missing, () => {
    record(shell, fields, node, false);
    shell.machine.ended = space.or(shell.machine.ended, shell.live);
    setStatus(shell, space.one(1));
  });
  return true;
}

/** The text of a script: written by the script that runs it, or one that the build put there. */
function scriptAt(
  shell: Shell,
  path: string,
): { readonly text: string; readonly file: string; readonly written: boolean } | undefined {
  const where = absolute(shell, path);
  const own = shell.files.get(where)?.content;
  const text =
    own === undefined ? undefined : shell.machine.texts.constant(shell.machine.texts.assume(own, shell.live));
  if (text !== undefined) return { text, file: shell.source.file, written: true };
  const known = shell.machine.host.script(where);
  return known === undefined ? undefined : { ...known, written: false };
}

function readShebang(text: string): { readonly interpreter: string; readonly options: readonly string[] } {
  const [, program, rest = ''] = /^#![ \t]*(\S+)(?:[ \t]+(.*))?/.exec(text) ?? [];
  if (program === undefined) return { interpreter: 'sh', options: [] };
  const words = rest.split(/\s+/).filter((word) => word !== '' && word !== '-S');
  const interpreter = program.endsWith('/env') ? (words.shift() ?? 'sh') : program;
  return { interpreter, options: words };
}

/** The first word that is there, or a name. */
function firstOr(shell: Shell, fields: Fields, name: string): Text {
  const { space, texts } = shell.machine;
  let text = texts.literal(name);
  let later: Condition = space.true;
  for (const { when, item } of fields) {
    text = texts.pick(space.and(later, when), item.text, text);
    later = space.and(later, space.not(when));
  }
  return text;
}

function applyOptions(shell: Shell, options: readonly string[]): void {
  const { space } = shell.machine;
  for (const option of options) {
    const name = option.replace(/^-o /, '');
    if (name === 'pipefail') shell.pipefail = space.true;
    if (name === 'errexit' || /^-[a-z]*e/.test(name)) shell.errexit = space.true;
    if (name === 'nounset' || /^-[a-z]*u/.test(name)) shell.nounset = space.true;
  }
}
