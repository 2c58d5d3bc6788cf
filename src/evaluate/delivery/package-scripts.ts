/*
 * `npm run image`: the scripts of package.json that a command runs, in the environment that it has there.
 */
import { scriptCall } from '../../knowledge/package-scripts.js';
import type { CommandStep } from '../../model/build.js';
import { type Files, normalizePath } from '../../text/files.js';
import { render, type Text, type Texts } from '../../value/text.js';
import { appendedWords, bare, matchingScripts } from '../bundler/command.js';
import { type Package, packageIn, withHooks } from '../package.js';
import {
  constantPart,
  type Holes,
  holeFor,
  joinedBy,
  type Part,
  quoted,
  type Ran,
  runCommands,
} from '../pipeline/commands.js';
import type { EnvironmentOf } from './delivered.js';

/** What a command is read with. */
export interface ScriptContext {
  readonly texts: Texts;
  readonly files: Files;
  /** The working folder, relative to the project's root. */
  readonly folder: string;
  readonly environment: EnvironmentOf;
}

/** A script with its hooks, as a command runs it. */
export interface CalledScript extends Ran {
  readonly pack: Package;
  readonly name: string;
}

/** The scripts that a command runs; none where it names none that is there. */
export function calledScripts(context: ScriptContext, step: CommandStep): readonly CalledScript[] {
  const { texts, files, folder } = context;
  const all = step.words.map(({ item }) => item.text);
  const { words, environment } = bare(all.map((text) => texts.constant(text) ?? render(text)));
  const call = scriptCall(words);
  if (call === undefined) return [];
  const pack =
    call.package === undefined
      ? packageIn(files, normalizePath(`${folder}/${call.folder ?? ''}`) ?? folder)
      : packageNamed(files, folder, call.package);
  if (pack === undefined || (call.elsewhere && call.package === undefined)) return [];
  // What stands before the command was taken away: words are counted from the end.
  const own = all.slice(all.length - words.length);
  return call.names.flatMap((at) => {
    // A name that differs between environments has been told apart by the shell.
    if (texts.constant(own[at] ?? texts.empty) === undefined) return [];
    const appended = appendedWords(words, at).flatMap((index) => own[index] ?? []);
    return matchingScripts(words[at] ?? '', pack.scripts.keys()).flatMap((name): readonly CalledScript[] =>
      pack.scripts.has(name) ? [{ pack, name, ...run(context, step, pack, name, appended, environment) }] : [],
    );
  });
}

function run(
  { texts, files, environment }: ScriptContext,
  step: CommandStep,
  pack: Package,
  name: string,
  appended: readonly Text[],
  given: ReadonlyMap<string, string>,
): Ran {
  const { space } = texts;
  const holes: Holes = new Map();
  const more = appended.flatMap((text): readonly Part[] => {
    const constant = texts.constant(text);
    const word = constantPart(constant ?? `\${${holeFor(text, holes)}}`, step.place);
    return [constantPart(' ', step.place), ...quoted([word])];
  });
  return runCommands({
    texts,
    files,
    script: joinedBy(
      ' && ',
      withHooks(pack, name).map((one) => [{ text: one.text, file: pack.file }, ...(one.name === name ? more : [])]),
    ),
    variables: new Map(),
    inherited: (variable) => {
      const value = given.get(variable);
      if (value !== undefined) return { set: space.true, text: texts.literal(value), exported: space.true };
      const outer = environment(variable);
      return outer === undefined ? undefined : { ...outer, exported: outer.set };
    },
    holes,
    dialect: space.one('dash'),
    options: [],
    folder: pack.folder,
    when: step.when,
    at: step.place,
  });
}

/** The package of a workspace, by its name or its folder: it lies at most two folders below. */
function packageNamed(files: Files, folder: string, wanted: string): Package | undefined {
  const path = wanted.replace(/^\.\/|\/$/g, '');
  const direct = packageIn(files, normalizePath(`${folder}/${path}`) ?? path);
  if (direct !== undefined) return direct;
  const below = (at: string): readonly string[] =>
    (files.list(at) ?? [])
      .filter((name) => !/^\.|^node_modules$/.test(name))
      .map((name) => (at === '' ? name : `${at}/${name}`));
  const folders = [folder, ...below(folder), ...below(folder).flatMap(below)];
  for (const one of folders) {
    const pack = packageIn(files, one);
    if (pack?.name === wanted) return pack;
  }
  return undefined;
}
