/*
 * What commands deliver. Each command is read once for each list of words that it may have: an image build, a call of
 * compose or bake, a retag, a deployment. Calls of other files are evaluated in the caller's own space.
 */
import { BUNDLERS } from '../../knowledge/bundlers.js';
import { peelWrapper } from '../../knowledge/tools.js';
import type { CommandStep } from '../../model/build.js';
import type { GeneratedDockerfile, ImageBuild, PassedArgument } from '../../model/delivery.js';
import { type Files, normalizePath } from '../../text/files.js';
import { placeKey } from '../../text/span.js';
import { render, type Text, type Texts } from '../../value/text.js';
import { type BakeSetting, type BakeTarget, evaluateBake } from '../bake/index.js';
import { composeBakeTargets, evaluateCompose } from '../compose/index.js';
import { type CalledMake, type MakeCall, makeCallOf, runMakeCall } from '../makefile/call.js';
import { type Argv, type ArgvWord, argvsOf } from './argv.js';
import { deployCommand } from './command-deploy.js';
import { deliverCommands, type StandingCommand } from './deliver-command.js';
import {
  DEPTH_LIMIT,
  type Delivered,
  type EnvironmentOf,
  type GivenSetting,
  NOTHING,
  type Standing,
  together,
} from './delivered.js';
import { argumentsOf, type DockerContext, dockerBuild, dockerCommand, lastOf, pathFrom } from './docker.js';
import { evaluateGenerated, type GeneratedBuild } from './generated.js';
import { mayDeliver } from './may-deliver.js';
import { assignmentOf, sortOptions } from './options.js';
import { withOverruled } from './overruled.js';
import { calledScripts } from './package-scripts.js';
import { writtenBefore } from './written.js';

/** What commands deliver: image builds, retags, deployments, and what the files do that they call (compose, bake, manifests). */
export function followSteps(steps: readonly CommandStep[], standing: Standing): Delivered {
  if (standing.depth >= DEPTH_LIMIT) return NOTHING;
  const parts: Delivered[] = [{ ...NOTHING, scripts: steps.filter((step) => mayRunScript(step, standing.texts)) }];
  const deployments: StandingCommand[] = [];
  for (const [index, step] of steps.entries()) {
    // `$(make -s print-version)` is asked for what it prints; `$(docker build -q .)` builds all the same.
    if (step.call?.toolchain === 'make' && !step.captured) parts.push(followMake(step, standing));
    if (mayRunScript(step, standing.texts)) parts.push(followPackageScripts(step, standing));
    if (!mayDeliver(step, standing.texts)) continue;
    const generated = generatedFor(steps, index, standing);
    parts.push({ ...NOTHING, notes: generated.notes });
    for (const argv of argvsOf(standing.texts, step)) {
      const words = unwrapped(standing.texts, argv.words);
      const own = standingOf(step, argv, standing);
      const command = deployCommand(
        words.map(({ text }) => text),
        standing.texts,
        step.place,
      );
      if (command !== undefined) deployments.push({ command, place: step.place, standing: own });
      if (command?.kind === 'stack')
        parts.push(
          followStack(
            command.files.map(({ text }) => text),
            step,
            own,
          ),
        );
      else if (command === undefined) parts.push(followCommand(words, step, generated.dockerfile, own));
    }
  }
  if (deployments.length > 0) parts.push(deliverCommands(deployments));
  return together(parts);
}

/** `make image ENV=prod`: what the recipes deliver, with the call in their chain. */
function followMake(step: CommandStep, standing: Standing): Delivered {
  const { texts, files } = standing;
  const call = makeCallOf(texts, step);
  if (call === undefined) return NOTHING;
  const find = (path: string): { readonly file: string; readonly text: string } | undefined => {
    const file = normalizePath(path);
    const read = file === undefined ? undefined : files.read(file);
    return file !== undefined && read?.kind === 'text' ? { file, text: read.text } : undefined;
  };
  const host = { texts, files, find, depth: standing.depth, inner: false, caller: undefined };
  const link = { place: step.place, message: step.words.map(({ item }) => render(item.text)).join(' ') };
  const within = { ...standing, chain: [...standing.chain, link], depth: standing.depth + 1 };
  const make = (asked: MakeCall): (Delivered & { readonly called: CalledMake }) | undefined => {
    const called = runMakeCall(host, asked, step);
    return called === undefined ? undefined : { ...followSteps(called.steps, within), called };
  };
  const made = make(call);
  if (made === undefined) return NOTHING;
  const { called, ...delivered } = made;
  // What its recipes could not be made of is told where the makefile is linted.
  const limits = called.notes.filter(({ place }) => place === step.place);
  return {
    ...delivered,
    builds: withOverruled(texts, step, call, made, make),
    notes: [...made.notes, ...limits],
    files: [...made.files, called.file, ...called.included],
  };
}

/** `npm run image`: what the scripts deliver, with the call in their chain. */
function followPackageScripts(step: CommandStep, standing: Standing): Delivered {
  const { texts, files, chain } = standing;
  // A script that calls itself comes to no end.
  if (chain.some(({ place }) => placeKey(place) === placeKey(step.place))) return NOTHING;
  const { folder } = standingOf(step, { when: step.when, words: [] }, standing);
  const message = step.words.map(({ item }) => render(item.text)).join(' ');
  return together(
    calledScripts({ texts, files, folder, environment: environmentOf(step, standing) }, step).map(
      ({ pack, steps, notes }) => {
        const made = followSteps(steps, {
          ...standing,
          folder: pack.folder,
          chain: [...chain, { place: step.place, message }],
          depth: standing.depth + 1,
        });
        // Bundlers look for what they run by themselves.
        return { ...made, notes: [...notes, ...made.notes], files: [...made.files, pack.file], scripts: [] };
      },
    ),
  );
}

/** A look at a command's words: a runner of package scripts, or a bundler that is run by itself. */
function mayRunScript(step: CommandStep, texts: Texts): boolean {
  return (
    !step.captured && step.words.slice(0, 6).some(({ item }) => SCRIPT_RUNNERS.test(texts.constant(item.text) ?? ''))
  );
}

const SCRIPT_RUNNERS = new RegExp(
  `(?:^|/)(?:npm|yarn|pnpm|bun|npx|bunx|turbo|nx|lerna|node|tsx|${BUNDLERS.flatMap(({ commands }) => commands).join('|')})$`,
);

/** The words behind `sudo`, `env X=y`, `time` and the like. */
function unwrapped(texts: Texts, words: readonly ArgvWord[]): readonly ArgvWord[] {
  let rest = words;
  for (let turn = 0; turn < 4; turn += 1) {
    const peeled = peelWrapper(rest.map(({ text }) => texts.constant(text) ?? render(text)));
    if (peeled === undefined) break;
    rest = rest.slice(rest.length - peeled.argv.length);
  }
  return rest;
}

function standingOf(step: CommandStep, { when }: Argv, standing: Standing): Standing {
  const cwd = standing.texts.constant(step.cwd);
  const folder = cwd === undefined ? standing.folder : cwd.replace(/^\/+|\/+$/g, '');
  const calls = step.chain
    .filter(({ file }) => file !== step.place.file)
    .map((place, i, places) => ({ place, message: `calls ${places[i + 1]?.file ?? step.place.file}` }));
  return { ...standing, folder, when, chain: [...standing.chain, ...calls] };
}

function environmentOf(step: CommandStep, { texts, environment }: Standing): EnvironmentOf {
  return (name) => variableOf(step, texts, name) ?? environment?.(name);
}

/** A variable in a command's environment, as it is where the command is run. */
function variableOf({ environment, when }: CommandStep, texts: Texts, name: string): ReturnType<EnvironmentOf> {
  const { space } = texts;
  const own = environment.get(name);
  if (own === undefined) return undefined;
  return { set: space.assume(space.and(own.set, own.exported), when), text: texts.assume(own.text, when) };
}

/** `ENV=testing docker build .` */
function clientVariables(step: CommandStep, texts: Texts): readonly PassedArgument[] {
  return [...step.prefixed].flatMap((name) => {
    const own = variableOf(step, texts, name);
    return own === undefined ? [] : [{ name, place: step.place, ...own }];
  });
}

function followCommand(
  words: readonly ArgvWord[],
  step: CommandStep,
  generated: GeneratedDockerfile | undefined,
  standing: Standing,
): Delivered {
  const { texts } = standing;
  const context: DockerContext = {
    texts,
    place: step.place,
    folder: standing.folder,
    environment: environmentOf(step, standing),
  };
  const docker = dockerCommand(texts, words);
  if (docker?.name === 'compose') return followCompose(docker.rest, context, standing);
  if (docker?.name === 'bake') return followBake(docker.rest, context, standing);
  const found = dockerBuild(context, words);
  if (found === undefined) return NOTHING;
  const { stdin: _, ...build } = found;
  const made: ImageBuild = {
    ...build,
    ...(generated === undefined ? {} : { generated }),
    place: step.place,
    when: standing.when,
    clientVariables: clientVariables(step, standing.texts),
    digest: undefined,
    evidence: standing.evidence,
    development: standing.development,
    chain: standing.chain,
  };
  return { ...NOTHING, builds: [made] };
}

/** The Dockerfile that a command builds, where the commands before it or its own input are that file; in all its forms. */
function generatedFor(steps: readonly CommandStep[], index: number, standing: Standing): GeneratedBuild {
  const { texts, files } = standing;
  const none = { dockerfile: undefined, notes: [] };
  const contextOf = (step: CommandStep): DockerContext => ({
    texts,
    place: step.place,
    folder: standingOf(step, { when: step.when, words: [] }, standing).folder,
    environment: environmentOf(step, standing),
  });
  const step = steps[index];
  const words = step?.words.map(({ item }) => ({ text: item.text, place: item.place })) ?? [];
  const build = step === undefined ? undefined : dockerBuild(contextOf(step), unwrapped(texts, words));
  if (step === undefined || build === undefined) return none;
  const path = (one: CommandStep, text: Text): Text => pathFrom(contextOf(one), text);
  const writing = { texts, files, steps, path, environment: (one: CommandStep) => environmentOf(one, standing) };
  const input = step.input === undefined ? undefined : { text: step.input, place: step.place, source: step.place };
  const written = build.stdin === true ? input : writtenBefore(writing, index, build.dockerfile);
  const target = build.target === undefined ? undefined : texts.constant(build.target);
  if (written === undefined || (build.target !== undefined && target === undefined)) return none;
  const file = build.stdin === true ? undefined : texts.constant(build.dockerfile);
  const folder = build.context === undefined ? '' : (texts.constant(build.context) ?? '');
  return evaluateGenerated({
    texts,
    files,
    path: file ?? (folder === '' ? 'Dockerfile' : `${folder}/Dockerfile`),
    written,
    when: step.when,
    target,
    arguments: build.arguments,
  });
}

const COMPOSE_VALUED = new Set(
  '-f --file -p --project-name --profile --env-file --project-directory --ansi --progress --parallel --context -H --host'.split(
    ' ',
  ),
);
const COMPOSE_COMMAND_VALUED = new Set(
  '--build-arg --progress --ssh -m --memory --builder --scale -t --timeout --pull --wait-timeout --exit-code-from --attach --no-attach -e --env --name -u --user -v --volume -w --workdir -p --publish --entrypoint -l --label'.split(
    ' ',
  ),
);

function followCompose(words: readonly ArgvWord[], context: DockerContext, standing: Standing): Delivered {
  const { texts } = standing;
  // Options before the command are compose's own, those after it the command's.
  const split = commandAt(texts, words, COMPOSE_VALUED);
  const global = sortOptions(texts, words.slice(0, split), COMPOSE_VALUED);
  const name = texts.constant(words[split]?.text ?? texts.empty) ?? '';
  const own = sortOptions(texts, words.slice(split + 1), COMPOSE_COMMAND_VALUED);
  const constants = (list: readonly Text[]): readonly string[] => list.flatMap((text) => texts.constant(text) ?? []);
  const all = (...wanted: readonly string[]): readonly Text[] =>
    global.options.flatMap(({ name: option, value }) =>
      wanted.includes(option) && value !== undefined ? [value] : [],
    );
  const files = all('-f', '--file');
  const paths = constants(files.map((file) => pathFrom(context, file)));
  if (paths.length < files.length) return NOTHING;
  const envFiles = constants(all('--env-file').map((file) => pathFrom(context, file)));
  const directory = lastOf(global.options, '--project-directory');
  const inDirectory = directory === undefined ? undefined : texts.constant(pathFrom(context, directory));
  const project = texts.constant(lastOf(global.options, '-p', '--project-name') ?? texts.empty);
  const command = name === 'build' || name === 'up' || name === 'run' || name === 'push' ? name : 'other';
  if (command === 'other') return NOTHING;
  return evaluateCompose({
    paths,
    standing: { ...standing, depth: standing.depth + 1 },
    place: context.place,
    environment: context.environment,
    envFiles: envFiles.length === 0 ? undefined : envFiles,
    profiles: all('--profile'),
    services: command === 'run' ? constants(own.operands.slice(0, 1)) : constants(own.operands),
    command,
    buildArguments: argumentsOf(context, own.options),
    ...(inDirectory === undefined ? {} : { projectDirectory: inDirectory }),
    ...(project === undefined || project === '' ? {} : { projectName: project }),
  });
}

/** `docker stack deploy -c compose.yml` runs what the file's services name. */
function followStack(files: readonly Text[], step: CommandStep, standing: Standing): Delivered {
  const { texts } = standing;
  const environment = environmentOf(step, standing);
  const context: DockerContext = { texts, place: step.place, folder: standing.folder, environment };
  const paths = files.flatMap((file) => texts.constant(pathFrom(context, file)) ?? []);
  if (paths.length === 0 || paths.length < files.length) return NOTHING;
  const made = evaluateCompose({
    paths,
    standing: { ...standing, depth: standing.depth + 1 },
    place: step.place,
    environment,
    envFiles: [],
    profiles: [],
    services: [],
    command: 'up',
    buildArguments: [],
  });
  // A stack ignores `build`.
  return { ...made, builds: [] };
}

/** Where the first word is that is neither an option nor an option's value. */
function commandAt(texts: Texts, words: readonly ArgvWord[], valued: ReadonlySet<string>): number {
  let at = 0;
  while (at < words.length) {
    const word = texts.constant(words[at]?.text ?? texts.empty);
    if (word?.startsWith('-') !== true) break;
    at += valued.has(word) ? 2 : 1;
  }
  return at;
}

const BAKE_VALUED = new Set(
  '-f --file --set --var --metadata-file --progress --provenance --sbom --call --builder --allow --project --token'.split(
    ' ',
  ),
);

function followBake(words: readonly ArgvWord[], context: DockerContext, standing: Standing): Delivered {
  const { texts, files } = standing;
  const { options, operands } = sortOptions(texts, words, BAKE_VALUED);
  const values = (...wanted: readonly string[]): readonly Text[] =>
    options.flatMap(({ name, value }) => (wanted.includes(name) && value !== undefined ? [value] : []));
  const paths = values('-f', '--file').flatMap((file) => texts.constant(pathFrom(context, file)) ?? []);
  const set = options.flatMap(({ name, value, place = context.place, whole }) => {
    if (name !== '--set' || value === undefined) return [];
    const written = whole === undefined ? undefined : ({ as: 'option', place: whole } as const);
    return bakeSetting(context, { text: value, place, written }) ?? [];
  });
  if (options.some(({ name }) => name === '--push'))
    set.push({ pattern: '*', key: 'push', value: texts.literal('true'), append: false, place: context.place });
  const variables = new Map(
    values('--var').flatMap((text) => {
      const pair = assignmentOf(texts, text);
      return pair?.value === undefined ? [] : [[pair.name, pair.value] as const];
    }),
  );
  return evaluateBake({
    paths,
    standing: { ...standing, depth: standing.depth + 1 },
    place: context.place,
    environment: context.environment,
    targets: operands.flatMap((word) => texts.constant(word) ?? []),
    set,
    variables,
    composeTargets: composeTargetsIn(files, texts, context.environment),
  });
}

/** Reads a compose file as a part of a bake configuration. */
export function composeTargetsIn(
  files: Files,
  texts: Texts,
  environment: EnvironmentOf,
): (path: string) => readonly BakeTarget[] {
  return (path) =>
    composeBakeTargets(path, files, texts, environment).targets.map((target) => ({
      when: texts.space.true,
      ...target,
    }));
}

/** `--set target.args.NAME=value`, where it stands, and what says it and nothing else. */
export function bakeSetting(
  { texts, environment }: DockerContext,
  { text, place, written }: GivenSetting,
): BakeSetting | undefined {
  const pair = assignmentOf(texts, text);
  const found = pair === undefined ? null : /^([^.]+)\.(.+?)(\+?)$/.exec(pair.name);
  if (pair === undefined || found === null) return undefined;
  const [, pattern = '', key = '', plus] = found;
  const common = { pattern, key, append: plus === '+', place, written };
  if (pair.value !== undefined) return { ...common, value: pair.value };
  const own = environment(/^args\.(.+)$/.exec(key)?.[1] ?? '');
  return { ...common, value: own?.text ?? texts.empty, set: own?.set ?? texts.space.false };
}
