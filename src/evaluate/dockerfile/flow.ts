/*
 * Artifact flow: which steps reach the image that ships.
 *
 * The target stage and what it is FROM ship whole. Of any other stage only what COPY --from takes ships: the programs
 * whose output may lie in the copied paths, and all that may have had a part in making them. A compiler writes its output
 * and reads sources and dependencies; so a second program beside the copied one does not ship. Everything else (an
 * install, a download, a command that we do not know) may have written anywhere and is taken to ship.
 */
import type { CommandStep, Stage, Step } from '../../model/build.js';
import type { Condition } from '../../value/diagram.js';
import { render, type Text, type Texts } from '../../value/text.js';
import { joinPath } from './context.js';
import { representative } from './script.js';

/** For each step where it ships, and for each stage where the target needs it. */
export function shipping(
  texts: Texts,
  stages: readonly Stage[],
  steps: readonly Step[],
  target: number,
): { readonly ships: readonly Condition[]; readonly reached: readonly Condition[] } {
  const { space } = texts;
  const ships: Condition[] = steps.map(() => space.false);
  const reached: Condition[] = stages.map(() => space.false);
  /** Paths that are wanted of a stage; undefined is all of it. */
  const wanted = new Map<number, { readonly path: string | undefined; readonly when: Condition }[]>();
  const want = (stage: number, path: string | undefined, when: Condition): void => {
    const known = wanted.get(stage);
    if (known === undefined) wanted.set(stage, [{ path, when }]);
    else known.push({ path, when });
  };
  if (stages[target] !== undefined) want(target, undefined, space.true);
  // A stage can only be needed by later ones, so one pass from the target backwards sees all wishes.
  for (let index = target; index >= 0; index -= 1) {
    const stage = stages[index];
    const wishes = wanted.get(index);
    if (stage === undefined || wishes === undefined) continue;
    for (const { when } of wishes) reached[index] = space.or(reached[index] ?? space.false, when);
    const whole = wishes
      .filter(({ path }) => path === undefined)
      .reduce((all, { when }) => space.or(all, when), space.false);
    for (const { when, item } of stage.parents)
      for (const wish of wishes) want(item, wish.path, space.and(when, wish.when));
    sliceStage(texts, index, steps, wishes, whole, ships, want);
  }
  return { ships, reached };
}

/** Calls of compilers that only prepare a build, by toolchain and subcommand. */
const GENERATORS: ReadonlySet<string> = new Set(['cmake configure', 'meson setup']);

/** A path that is wanted of a stage; undefined is all of it. */
type Wish = { readonly path: string | undefined; readonly when: Condition };

function sliceStage(
  texts: Texts,
  index: number,
  steps: readonly Step[],
  wishes: readonly Wish[],
  whole: Condition,
  ships: Condition[],
  want: (stage: number, path: string | undefined, when: Condition) => void,
): void {
  const { space } = texts;
  /** What is wanted so far, going backwards: all of the stage, single paths, and whatever a shipped command may read. */
  const paths = new Map<string, Condition>();
  for (const { path, when } of wishes)
    if (path !== undefined) paths.set(path, space.or(paths.get(path) ?? space.false, when));
  const any = wishes.reduce((all, { when }) => space.or(all, when), space.false);
  let inputs: Condition = space.false;
  for (let i = steps.length - 1; i >= 0; i -= 1) {
    const step = steps[i];
    if (step === undefined || step.stage !== index) continue;
    const written = writtenBy(texts, step);
    let shipped = isInputStep(step) ? space.or(whole, inputs) : whole;
    if (shipped !== space.true)
      for (const [wish, when] of paths)
        if (written === undefined || written.some((path) => overlaps(path, wish))) shipped = space.or(shipped, when);
    if (step.kind === 'setting') shipped = whole;
    else if (step.kind === 'base') shipped = any;
    if (
      step.kind === 'command' &&
      (step.call?.role === 'test' || step.call?.role === 'check') &&
      step.outputs.length === 0
    )
      shipped = space.false;
    shipped = space.and(shipped, step.when);
    ships[i] = shipped;
    if (shipped === space.false) continue;
    if (whole !== space.true)
      for (const path of readBy(texts, step)) paths.set(path, space.or(paths.get(path) ?? space.false, shipped));
    if (step.kind === 'command') inputs = space.or(inputs, shipped);
    if (step.kind === 'copy' && step.from.kind === 'stage') {
      for (const source of step.sources) {
        const flat = texts.flatten(source);
        if (flat === undefined) want(step.from.index, undefined, shipped);
        else
          for (const leaf of space.leaves(flat))
            want(
              step.from.index,
              texts.constant(leaf.item) === undefined ? '/' : joinPath('/', representative(texts, leaf.item)),
              space.and(shipped, leaf.when),
            );
      }
    }
  }
}

/** Whether a later command may read what this step leaves; programs are not read by other compilers. */
function isInputStep(step: Step): boolean {
  if (step.kind === 'copy') return true;
  // These write the makefiles that a later `make` or `ninja` reads.
  if (step.kind === 'command' && GENERATORS.has(`${step.call?.toolchain} ${step.call?.subcommand}`)) return true;
  return (
    step.kind === 'command' &&
    step.call?.role !== 'compile' &&
    step.call?.role !== 'test' &&
    step.call?.role !== 'check'
  );
}

/** The paths that a step may have written; undefined is anywhere. */
function writtenBy(texts: Texts, step: Step): readonly string[] | undefined {
  if (step.kind === 'copy') return pathsOf(texts, [step.destination]);
  if (step.kind !== 'command') return undefined;
  if (step.outputs.length > 0)
    return pathsOf(
      texts,
      step.outputs.map((output) => absolute(texts, step.cwd, output)),
    );
  const { call } = step;
  if (call === undefined || call.outputs.length === 0) return undefined;
  // Only what compilers and copies write is certain enough to leave the rest out.
  if (call.role !== 'compile' && call.role !== 'copy') return undefined;
  const cwd = representative(texts, step.cwd);
  // Without a WORKDIR the base image's own one holds, which may be any (golang has /go, php /var/www/html).
  if (cwd === '/' && call.outputs.some((path) => !path.startsWith('/'))) return undefined;
  const paths = call.outputs.map((path) => joinPath(cwd, path));
  return paths.some((path) => path.includes('⟨')) ? undefined : paths;
}

/** Paths that a step reads and hands on: what it copies. */
function readBy(texts: Texts, step: Step): readonly string[] {
  if (step.kind !== 'command' || step.call === undefined) return [];
  const cwd = representative(texts, step.cwd);
  const wholeOf = (paths: readonly string[]): readonly string[] =>
    paths.flatMap((path) => variantsOf(texts, step, path)).map((path) => joinPath(cwd, path));
  if (step.call.role === 'copy') return wholeOf(step.call.inputs);
  // A command that we do not know, or one that changes files in place, may be given a program by its path (strip, upx).
  return step.call.role === 'compile' || step.call.role === 'install-dependencies'
    ? []
    : wholeOf(step.call.operands.filter((word) => word.includes('/') || word.startsWith('.')));
}

/** All that a word of a command may be: `target/debug` and `target/release` for `target/$PROFILE`. */
function variantsOf(texts: Texts, step: CommandStep, word: string): readonly string[] {
  const own = step.words.find(({ item }) => representative(texts, item.text) === word);
  const flat = own === undefined || own.item.text.flat ? undefined : texts.flatten(own.item.text);
  return flat === undefined ? [word] : texts.space.leaves(flat).map(({ item }) => render(item));
}

function absolute(texts: Texts, cwd: Text, path: Text): Text {
  const head = path.pieces[0];
  if (head?.kind === 'literal' && head.text.startsWith('/')) return path;
  return texts.concat(cwd, texts.literal('/'), path);
}

function pathsOf(texts: Texts, list: readonly Text[]): readonly string[] | undefined {
  const out: string[] = [];
  for (const text of list) {
    const flat = texts.flatten(text);
    if (flat === undefined) return undefined;
    for (const { item } of texts.space.leaves(flat)) {
      const path = texts.constant(item);
      if (path === undefined) return undefined;
      out.push(joinPath('/', path));
    }
  }
  return out;
}

/** Whether one path may lie in the other; a wildcard, or a part that is not known, counts up to where it stands. */
function overlaps(a: string, b: string): boolean {
  const clean = (path: string): string => path.replace(/[*?[⟨].*$/u, '');
  const [x, y] = [clean(a), clean(b)];
  if (a !== x || b !== y) return x.startsWith(y) || y.startsWith(x);
  const under = (path: string, folder: string): boolean =>
    path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
  return under(x, y) || under(y, x);
}
