import { type Build, onlyStage } from '../model/build.js';
import { type Files, folderOf } from '../text/files.js';
import type { Answer, Condition, Guarded, Variational } from '../value/diagram.js';
import type { Texts } from '../value/text.js';
import { fileAt } from './dockerfile/context.js';
import { commandStep } from './dockerfile/step.js';
import { type Binding, type Dialect, evaluateScript, type Field, type Fields } from './shell/index.js';

/** What a shell script is evaluated with when it stands alone. */
export interface ScriptFileInput {
  readonly file: string;
  readonly text: string;
  readonly files: Files;
  readonly texts: Texts;
  readonly fixed: ReadonlyMap<string, Answer>;
  /** The shell, when it is not the one that the first line names. */
  readonly dialect: Dialect | undefined;
}

/** A script's commands as the steps of a build that has one stage, with its exit status. */
export interface EvaluatedScript {
  readonly build: Build;
  readonly status: Variational<number>;
}

/** Variables that a login or the shell itself sets; scripts do not choose an environment by them. */
const SYSTEM =
  /^(?:PATH|HOME|PWD|OLDPWD|SHELL|TERM|USER|LOGNAME|HOSTNAME|LANG|LC_\w+|TMPDIR|EUID|UID|PPID|RANDOM|SECONDS|LINENO|BASH\w*|IFS|PS\d|OPTARG|OPTIND|REPLY)$/;

/** Evaluates a shell script by itself: every variable that it reads and does not set is an input. */
export function evaluateShellFile(input: ScriptFileInput): EvaluatedScript {
  const { texts, file } = input;
  const { space } = texts;
  const cwd = `/${folderOf(file)}`;
  const dialect = input.dialect ?? dialectOf(input.text);
  const inherited = (name: string): Binding | undefined => {
    if (!/^[A-Za-z_]\w*$/.test(name)) return undefined;
    if (input.fixed.has(name)) {
      const answer = input.fixed.get(name);
      const set: Condition = answer === undefined ? space.false : space.true;
      return { set, text: texts.literal(answer ?? ''), exported: set };
    }
    if (name === 'IFS') return undefined;
    if (SYSTEM.test(name)) return { set: space.true, text: texts.symbol(`$${name}`), exported: space.true };
    const selector = space.input(name);
    const set = space.not(space.is(selector, undefined));
    return { set, text: texts.answer(selector), exported: set };
  };
  const shebang = /^#!.*\s(-[a-z]+)\s*$/m.exec(input.text.slice(0, input.text.indexOf('\n') + 1));
  const outcome = evaluateScript({
    text: input.text,
    file,
    place: (span) => ({ file, ...span }),
    texts,
    host: {
      script: (path) =>
        fileAt(path, [{ destination: '/', source: '', isFolder: true, content: undefined }], input.files, file),
      exists: () => undefined,
      missing: () => false,
    },
    variables: new Map(),
    inherited,
    dialect: space.one<Dialect>(dialect),
    sh: space.one<Dialect>('dash'),
    cwd: texts.literal(cwd),
    options: shebang?.[1] === undefined ? [] : [shebang[1]],
    when: space.true,
    positional: wordsOf(texts, input.text),
    zero: file,
    capture: false,
  });
  const whole = { file, start: 0, end: input.text.length };
  const succeeds = space.map(outcome.status, (n) => n === 0);
  return {
    status: outcome.status,
    build: {
      kind: 'script',
      file,
      texts,
      stages: [onlyStage(texts, whole)],
      target: 0,
      feasible: succeeds === space.false ? space.true : succeeds,
      steps: outcome.executions.map((execution) => {
        const step = commandStep(texts, execution, execution.place, 0);
        return { ...step, ships: step.when };
      }),
      arguments: [],
      reads: outcome.reads.map(({ set, ...read }) => ({
        ...read,
        stage: 0,
        unset: space.and(read.when, space.not(set)),
        builder: false,
        instruction: whole,
      })),
      traps: outcome.traps.map((trap) => ({ ...trap, stage: 0, dialect })),
      decisions: outcome.decisions.map(({ place, holds }) => ({ place, holds, instruction: whole })),
      failures: [],
      notes: outcome.notes,
      included: [],
      origins: outcome.origins,
    },
  };
}

/** Whether a script may build a program: a look at its words. */
export function mayCompile(text: string): boolean {
  return /\b(?:go|cargo|rustc|gcc|g\+\+|clang|cc|make|cmake|meson|ninja|bazel|mvnw?|gradlew?|ant|sbt|dotnet|msbuild|swift|xcodebuild|zig|npm|npx|yarn|pnpm|bun|deno|ng|vite|webpack|mix|rebar3|stack|cabal|flutter)\b/.test(
    text,
  );
}

/** More words than this are not told apart. */
const WORDS = 6;

/**
 * The words that a script is called with: `$1` is an input like a variable. A script that goes through its words (`shift`,
 * `getopts`, `$@`) may be given any.
 */
function wordsOf(texts: Texts, text: string): Fields {
  const { space } = texts;
  const span = { start: 0, end: 0 };
  if (/\bgetopts\b|\bshift\b|\$[@*]|\$\{[@*]/.test(text))
    return [{ when: space.true, item: { text: texts.symbol('$@'), many: true, span } }];
  const numbers = [...text.matchAll(/\$\{?([1-9])(?![0-9])/g)].map(([, digit]) => Number(digit));
  const words: Guarded<Field>[] = [];
  let given: Condition = space.true;
  for (let i = 1; i <= Math.min(WORDS, Math.max(0, ...numbers)); i += 1) {
    const selector = space.input(`$${i}`);
    given = space.and(given, space.not(space.is(selector, undefined)));
    words.push({ when: given, item: { text: texts.answer(selector), many: false, span } });
  }
  return words;
}

function dialectOf(text: string): Dialect {
  const shebang = /^#![ \t]*\S*?(bash|busybox|ash|dash|sh)\b(?:[ \t]+(bash|dash|ash|sh)\b)?/.exec(text);
  const name = shebang?.[2] ?? shebang?.[1] ?? /^#!.*\benv[ \t]+(?:-S[ \t]+)?(\w+)/.exec(text)?.[1] ?? 'sh';
  if (name === 'bash') return 'bash';
  return name === 'ash' || name === 'busybox' ? 'ash' : 'dash';
}
