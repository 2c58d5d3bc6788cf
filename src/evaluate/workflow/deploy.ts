/*
 * Actions that run an image somewhere.
 */
import type { Evidence } from '../../model/delivery.js';
import { normalizePath } from '../../text/files.js';
import { prefixOf } from '../delivery/command-words.js';
import {
  type ActionCall,
  deploy,
  entryOf,
  inputOf,
  lineAt,
  namedEvidence,
  type Outputs,
  outputs,
  placeOfInput,
  symbolOf,
} from './action.js';
import { buildAndPush, elgohr, heroku, smithers, whoan } from './build.js';
import { listOf } from './lines.js';
import { metadata } from './metadata.js';
import { runScript } from './script.js';

/** What is known of an action; undefined for one that is not. */
export function runAction(call: ActionCall): Outputs | undefined {
  const action = Object.hasOwn(ACTIONS, call.action.toLowerCase()) ? ACTIONS[call.action.toLowerCase()] : undefined;
  return action?.(call);
}

const NO_OUTPUTS: Outputs = () => undefined;

const ACTIONS: Readonly<Record<string, (call: ActionCall) => Outputs>> = {
  'docker/build-push-action': buildAndPush,
  'docker/bake-action': bake,
  'docker/metadata-action': metadata,
  'mr-smithers-excellent/docker-build-push': smithers,
  'elgohr/publish-docker-github-action': elgohr,
  'whoan/docker-build-with-cache-action': whoan,
  'aws-actions/amazon-ecs-render-task-definition': renderTask,
  'aws-actions/amazon-ecs-deploy-task-definition': deployTask,
  'azure/k8s-deploy': deployImages('namespace', 'namespace'),
  'azure/webapps-deploy': deployImages('slot-name', 'app-name'),
  'google-github-actions/deploy-cloudrun': cloudRun,
  'akhileshns/heroku-deploy': herokuDeploy,
  'appleboy/ssh-action': remoteScript,
};

function bake(call: ActionCall): Outputs {
  const { machine, standing } = call;
  const { texts } = machine;
  if (machine.bake === undefined) return NO_OUTPUTS;
  const list = (name: string): ReturnType<typeof listOf> =>
    listOf(texts, texts.assume(inputOf(call, name) ?? texts.empty, standing.when), /\r?\n|,/);
  const set = listOf(texts, texts.assume(inputOf(call, 'set') ?? texts.empty, standing.when)).map((text) => {
    const beginning = prefixOf(text);
    const written = beginning.includes('=') ? lineAt(call, 'set', (line) => line.startsWith(beginning)) : undefined;
    const place = written ?? placeOfInput(call, 'set');
    return { text, place, written: written === undefined ? undefined : ({ as: 'line', place: written } as const) };
  });
  const push = inputOf(call, 'push');
  const workdir = inputOf(call, 'workdir', 'source');
  const folder = workdir === undefined ? undefined : texts.constant(workdir);
  const request = {
    place: call.place,
    files: list('files'),
    targets: list('targets'),
    set,
    environment: (name: string) => call.environment.get(name),
    pushed: push !== undefined && texts.equal(push, texts.literal('true')) !== texts.space.false,
  };
  const own =
    folder === undefined || /^\.?$|:\/\//.test(folder) ? undefined : normalizePath(`${machine.root}/${folder}`);
  const inside = own ?? standing.folder;
  machine.parts.push(machine.bake(request, { ...standing, folder: inside }));
  return NO_OUTPUTS;
}

function renderTask(call: ActionCall): Outputs {
  const image = inputOf(call, 'image');
  const definition = symbolOf(call, 'task-definition');
  if (image !== undefined) call.seat.tasks.set(definition, image);
  return outputs({ 'task-definition': definition });
}

function deployTask(call: ActionCall): Outputs {
  const { texts } = call.machine;
  const definition = inputOf(call, 'task-definition');
  if (definition === undefined) return NO_OUTPUTS;
  // A render that may have been skipped gives a choice between its output and nothing.
  const flat = texts.flatten(texts.assume(definition, call.standing.when));
  for (const { when, item } of flat === undefined ? [] : texts.space.leaves(flat)) {
    const image = call.seat.tasks.get(item);
    const where = texts.space.and(when, call.standing.when);
    if (image === undefined || where === texts.space.false) continue;
    const evidence = namedEvidence(call, 'namespace', 'cluster', 'service');
    const by = `service ${nameOf(call, 'service') ?? nameOf(call, 'cluster') ?? 'of a task definition'}`;
    deploy({ ...call, standing: { ...call.standing, when: where } }, image, call.place, by, evidence.slice(0, 1));
  }
  return NO_OUTPUTS;
}

function nameOf(call: ActionCall, input: string): string | undefined {
  const text = inputOf(call, input);
  return text === undefined ? undefined : call.machine.texts.constant(text);
}

function deployImages(...named: readonly string[]): (call: ActionCall) => Outputs {
  return (call) => {
    const { texts } = call.machine;
    const images = inputOf(call, 'images', 'image');
    if (images === undefined) return NO_OUTPUTS;
    const evidence = namedEvidence(call, 'namespace', ...new Set(named)).slice(0, 1);
    for (const image of listOf(texts, images, /\r?\n|,/))
      deploy(call, image, placeOfInput(call, 'images', 'image'), `${call.action}`, evidence);
    return NO_OUTPUTS;
  };
}

function cloudRun(call: ActionCall): Outputs {
  const image = inputOf(call, 'image');
  const by = `service ${nameOf(call, 'service') ?? nameOf(call, 'job') ?? 'of Cloud Run'}`;
  const evidence: readonly Evidence[] = namedEvidence(call, 'namespace', 'service', 'job', 'project_id').slice(0, 1);
  if (image !== undefined) deploy(call, image, placeOfInput(call, 'image'), by, evidence);
  return NO_OUTPUTS;
}

function herokuDeploy(call: ActionCall): Outputs {
  const { texts } = call.machine;
  const docker = inputOf(call, 'usedocker');
  const app = inputOf(call, 'heroku_app_name');
  if (docker === undefined || app === undefined || texts.constant(docker) !== 'true') return NO_OUTPUTS;
  const kind = inputOf(call, 'docker_heroku_process_type') ?? texts.literal('web');
  const image = texts.concat(texts.literal('registry.heroku.com/'), app, texts.literal('/'), kind);
  heroku(call, image);
  const evidence = namedEvidence(call, 'namespace', 'heroku_app_name');
  deploy(call, image, placeOfInput(call, 'heroku_app_name'), 'Heroku', evidence);
  return NO_OUTPUTS;
}

/** appleboy/ssh-action: a script for another machine, with the variables that `envs` names. */
function remoteScript(call: ActionCall): Outputs {
  const { machine, seat, standing } = call;
  const { texts } = machine;
  const entry = entryOf(call, 'script');
  if (entry?.value.kind !== 'text') return NO_OUTPUTS;
  const names = texts.constant(inputOf(call, 'envs') ?? texts.empty)?.split(/[\s,]+/) ?? [];
  const environment = new Map([...call.environment].filter(([name]) => names.includes(name)));
  const stops = texts.constant(inputOf(call, 'script_stop') ?? texts.empty) === 'true';
  runScript(
    machine,
    seat.file,
    entry.value.template,
    call.scope,
    { dialect: 'dash', options: stops ? ['-e'] : [] },
    texts.literal(`/${machine.root}`),
    environment,
    { ...standing, folder: machine.root },
  );
  return NO_OUTPUTS;
}
