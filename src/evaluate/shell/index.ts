import type { Origins } from '../../model/build.js';
import { parseShell } from '../../syntax/shell/parse.js';
import type { Place, Span } from '../../text/span.js';
import type { Condition, Variational } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import { mapLiterals, patternString, protector, Splitter } from './fields.js';
import { FUEL, WORK_LIMIT } from './limits.js';
import { runScript } from './run.js';
import type {
  Binding,
  Bindings,
  Decision,
  Dialect,
  Execution,
  Fields,
  Machine,
  Read,
  Shell,
  ShellHost,
  Trap,
} from './state.js';

export type { Binding, Bindings, Decision, Dialect, Execution, Field, Fields, Read, ShellHost, Trap } from './state.js';
export { lazyBinding } from './state.js';

/** What a script is run with. */
export interface ScriptInput {
  readonly text: string;
  readonly file: string;
  /** Leads a span of `text` to its place. */
  readonly place: (span: Span) => Place;
  readonly texts: Texts;
  readonly host: ShellHost;
  readonly variables: Bindings;
  /** Variables of the environment that are not listed: an input of a script that stands alone; absent in a build, whose environment is known. */
  readonly inherited?: (name: string) => Binding | undefined;
  readonly dialect: Variational<Dialect>;
  /** What `sh` is, when the script starts one. */
  readonly sh: Variational<Dialect>;
  readonly cwd: Text;
  /** Options of the shell itself: letters (`-e`) and the names of `-o` (`pipefail`). */
  readonly options: readonly string[];
  /** Where the script is run at all. */
  readonly when: Condition;
  /** The words after the script's name, each where it is given. */
  readonly positional: Fields;
  readonly zero: string;
  /** True when what the script prints is wanted. */
  readonly capture: boolean;
}

/** What a script does, in every environment. */
export interface ScriptOutcome {
  readonly executions: readonly Execution[];
  /** The exit status; meaningful where the script was run. */
  readonly status: Variational<number>;
  /** Where the script, or one that it runs, ended itself: by `exit`, `${X:?}` or a failing command under `set -e`. */
  readonly ended: Condition;
  readonly output: Text;
  readonly variables: Bindings;
  /** Where the script is at its end. */
  readonly cwd: Text;
  readonly reads: readonly Read[];
  readonly traps: readonly Trap[];
  readonly decisions: readonly Decision[];
  readonly notes: readonly { readonly place: Place; readonly message: string }[];
  readonly origins: Origins;
}

/** Evaluates a shell script for all environments at once. */
export function evaluateScript(input: ScriptInput): ScriptOutcome {
  const { texts } = input;
  const { space } = texts;
  const words = {
    splitter: new Splitter(texts),
    protect: protector(texts),
    pattern: mapLiterals(texts, patternString),
  };
  const machine: Machine = {
    space,
    texts,
    host: input.host,
    executions: [],
    reads: [],
    traps: [],
    decisions: [],
    notes: [],
    origins: new Map(),
    fuel: FUEL,
    ended: space.false,
    depth: 0,
    words,
    sh: input.sh,
    inherited: input.inherited ?? (() => undefined),
    run: runScript,
  };
  const option = (letter: string): Condition =>
    input.options.some((o) => /^-[a-z]+$/.test(o) && o.includes(letter)) ? space.true : space.false;
  const shell: Shell = {
    machine,
    dialect: input.dialect,
    source: { file: input.file, text: input.text, place: input.place },
    variables: new Map(input.variables),
    subshell: false,
    shared: false,
    functions: new Map(),
    positional: input.positional,
    arrays: new Map(),
    zero: texts.literal(input.zero),
    cwd: input.cwd,
    live: input.when,
    status: space.one(0),
    exited: space.false,
    exitStatus: space.one(0),
    returned: space.false,
    discarded: space.false,
    fatal: 127,
    broken: space.one(0),
    continued: space.one(0),
    loops: 0,
    errexit: option('e'),
    nounset: option('u'),
    pipefail: input.options.includes('pipefail') ? space.true : space.false,
    tested: 0,
    asked: 0,
    deciding: 0,
    output: input.capture ? texts.empty : undefined,
    outputs: [],
    appends: false,
    input: undefined,
    piped: false,
    files: new Map(),
    chain: [],
    local: new Set(),
    substitution: undefined,
    blurred: undefined,
    prefixed: new Set(),
    given: new Set(),
    hidden: undefined,
    scripts: 0,
  };
  const tree = parseShell(input.text);
  for (const problem of tree.problems) machine.notes.push({ place: input.place(problem.at), message: problem.message });
  const gaveUp = space.attempt(WORK_LIMIT, () => machine.run(shell, tree.script)) === undefined;
  if (gaveUp) {
    const place = input.place({ start: 0, end: Math.min(1, input.text.length) });
    machine.notes.push({ place, message: 'this script is too large or nested too deeply to be evaluated to its end' });
    setUnknown(shell);
  }
  return {
    executions: machine.executions,
    status: space.pick(shell.exited, shell.exitStatus, shell.status),
    ended: machine.ended,
    output: shell.output ?? texts.empty,
    variables: shell.variables,
    cwd: shell.cwd,
    reads: machine.reads,
    traps: machine.traps,
    decisions: machine.decisions,
    notes: machine.notes,
    origins: machine.origins,
  };
}

/** The status of a script that was not evaluated to its end is not known. */
function setUnknown(shell: Shell): void {
  const { space } = shell.machine;
  shell.exited = space.false;
  shell.status = space.map(space.holds(space.opaque(`${shell.source.file} succeeds`)), (yes) => (yes ? 0 : 1));
}
