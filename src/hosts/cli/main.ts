import { visible } from '../../report/cells.js';
import { renderJson } from '../../report/json.js';
import { renderPlan } from '../../report/plan.js';
import type { Core } from '../core.js';
import { diskFiles } from '../disk.js';
import { fromRoot, renamePlan, resolveTargets, type Targets } from '../targets.js';
import { type PlanRequest, readArguments } from './arguments.js';
import { helpText } from './help.js';
import { complain, type Io, wantsColour, widthOf } from './io.js';
import { runLint } from './lint.js';
import { bugs, version } from './version.js';

/** Clean; findings; wrong usage; a fault of ours. */
export type ExitStatus = 0 | 1 | 2 | 3;

/** Runs the command line with arguments that do not include `node` and the script. */
export async function main(argv: readonly string[], io: Io, core: Core): Promise<ExitStatus> {
  try {
    return await run(argv, io, core);
  } catch (error) {
    io.stderr.write(faultText(error, io));
    return 3;
  }
}

async function run(argv: readonly string[], io: Io, core: Core): Promise<ExitStatus> {
  const request = readArguments(argv);
  switch (request.kind) {
    case 'help':
      io.stdout.write(helpText(widthOf(io.stdout), wantsColour(request.colour, io.env, io.stdout)));
      return 0;
    case 'version':
      io.stdout.write(`${version}\n`);
      return 0;
    case 'usage':
      complain(io, request.message, request.hint);
      return 2;
    case 'lint':
      return runLint(request, io, core);
    case 'plan':
      return runPlan(request, io, core);
    case 'init':
      return (await import('./init.js')).runInit(request, io, core);
    case 'config':
      return (await import('./config.js')).runConfig(request, io, core);
    case 'rules':
      return (await import('./rules.js')).runRules(request, io, core);
    case 'lsp':
      if (core.serve !== undefined) return core.serve();
      complain(io, 'this build of Envariant has no language server', undefined);
      return 2;
    case 'explain':
      return (await import('./explain.js')).runExplain(request, io, core);
  }
}

function runPlan(request: PlanRequest, io: Io, core: Core): ExitStatus {
  const targets = resolvePlanned(request, io, core);
  const [file] = targets.files;
  for (const refusal of targets.refused) complain(io, refusal, 'For example: envariant plan Dockerfile');
  if (file === undefined) return 2;
  const plan = renamePlan(core.plan(file, diskFiles(targets.root), request.choices), fromRoot(targets.root, io.cwd));
  if (request.json) io.stdout.write(renderJson(plan));
  else {
    const colour = wantsColour(request.colour, io.env, io.stdout);
    io.stdout.write(renderPlan(plan, { width: widthOf(io.stdout), colour, all: request.all }));
  }
  return plan.environments.length === 0 ? 2 : 0;
}

function resolvePlanned(request: PlanRequest, io: Io, core: Core): Targets {
  const targets = resolveTargets([request.file], io.cwd, (path) => core.recognise(path));
  if (targets.files.length === 1 || targets.refused.length > 0) return targets;
  return { ...targets, files: [], refused: [`${request.file} is a folder; plan takes a Dockerfile or a shell script`] };
}

function faultText(error: unknown, io: Io): string {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack = error instanceof Error && error.stack !== undefined ? error.stack : message;
  const debug = io.env.ENVARIANT_DEBUG === '1';
  const hint = debug ? '' : ' (ENVARIANT_DEBUG=1 shows where)';
  const line = `envariant: this is a fault of Envariant ${version}, please report it at ${bugs}: ${visible(message)}${hint}\n`;
  return debug ? `${line}${stack.split('\n').map(visible).join('\n')}\n` : line;
}
