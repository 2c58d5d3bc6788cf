import { resolve } from 'node:path';
import { renderDot, renderMermaid } from '../../report/graph.js';
import { renderJson } from '../../report/json.js';
import { renderPlan } from '../../report/plan.js';
import { renderProjectPlan } from '../../report/project-plan.js';
import type { Core, PlanChoices } from '../core.js';
import { diskFiles, readText, sizeLimit } from '../disk.js';
import { pathInSettings } from '../settings/path.js';
import { fromRoot, isFolder, renamePlan, renameProjectPlan, resolveTargets } from '../targets.js';
import type { PlanRequest } from './arguments.js';
import { complain, type Io, wantsColour, widthOf } from './io.js';
import { settingsFor } from './settings.js';

/** Runs `plan` for a file or a project and gives the exit status. */
export async function runPlan(request: PlanRequest, io: Io, core: Core): Promise<0 | 2> {
  return isFolder(resolve(io.cwd, request.path)) ? planFolder(request, io, core) : planFile(request, io, core);
}

function planFile(request: PlanRequest, io: Io, core: Core): 0 | 2 {
  const { format } = request;
  if (format !== 'text' && format !== 'json') {
    complain(io, `the plan of one file is text or json, not ${format}`, `Try: envariant plan --format ${format}`);
    return 2;
  }
  const { path, target } = splitTarget(request.path, io);
  const { choices } = request;
  if (target !== undefined && choices.target !== undefined && choices.target !== target) {
    complain(io, `${request.path} has the target ${target}, and --target says ${choices.target}`, 'Leave one out.');
    return 2;
  }
  const targets = resolveTargets([path], io.cwd, (file) => core.recognise(file));
  const [file] = targets.files;
  for (const refusal of targets.refused) complain(io, refusal, 'For example: envariant plan Dockerfile');
  if (file === undefined) return 2;
  const chosen: PlanChoices = target === undefined ? choices : { ...choices, target };
  const plan = renamePlan(core.plan(file, diskFiles(targets.root), chosen), fromRoot(targets.root, io.cwd));
  if (format === 'json') io.stdout.write(renderJson(plan));
  else io.stdout.write(renderPlan(plan, { ...looks(request, io), all: request.all }));
  return plan.environments.length === 0 ? 2 : 0;
}

/** `Makefile:image` is a file and a target, unless there is a file of that very name. */
function splitTarget(path: string, io: Io): { readonly path: string; readonly target: string | undefined } {
  const isThere = (name: string): boolean => readText(resolve(io.cwd, name), sizeLimit) !== undefined;
  if (isThere(path)) return { path, target: undefined };
  for (let colon = path.indexOf(':'); colon !== -1; colon = path.indexOf(':', colon + 1)) {
    const [file, target] = [path.slice(0, colon), path.slice(colon + 1)];
    if (file !== '' && target !== '' && isThere(file)) return { path: file, target };
  }
  return { path, target: undefined };
}

async function planFolder(request: PlanRequest, io: Io, core: Core): Promise<0 | 2> {
  const { set, environment, target, shell } = request.choices;
  if (
    core.planProject === undefined ||
    set.size + environment.size > 0 ||
    target !== undefined ||
    shell !== undefined
  ) {
    complain(
      io,
      'the plan of a project has all its environments; --set, --unset, --env, --target and --shell are for one file',
      'For example: envariant plan Dockerfile --set ENV=testing',
    );
    return 2;
  }
  const loaded = await settingsFor([request.path], undefined, io, core);
  if (loaded === undefined) return 2;
  const targets = resolveTargets([request.path], io.cwd, (file) => core.recognise(file));
  const isWanted = (file: string): boolean =>
    !loaded.settings.isIgnored(pathInSettings(loaded, resolve(targets.root, file)));
  const made = core.planProject(
    targets.files.filter(isWanted),
    diskFiles(targets.root),
    targets.around.filter(isWanted),
  );
  const renamed = renameProjectPlan(made, fromRoot(targets.root, io.cwd));
  const plan = { ...renamed, problems: [...targets.problems, ...renamed.problems] };
  switch (request.format) {
    case 'json':
      io.stdout.write(renderJson(plan));
      break;
    case 'mermaid':
      io.stdout.write(renderMermaid(plan));
      break;
    case 'dot':
      io.stdout.write(renderDot(plan));
      break;
    case 'text':
      io.stdout.write(renderProjectPlan(plan, { ...looks(request, io), all: request.all }));
  }
  return 0;
}

function looks({ colour }: PlanRequest, io: Io): { readonly width: number; readonly colour: boolean } {
  return { width: widthOf(io.stdout), colour: wantsColour(colour, io.env, io.stdout) };
}
