import { visible } from '../../report/cells.js';
import type { Core } from '../core.js';
import { readArguments } from './arguments.js';
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
      return (await import('./plan.js')).runPlan(request, io, core);
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

/** What is said of an error that nobody expected. */
export function faultText(error: unknown, io: Io): string {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack = error instanceof Error && error.stack !== undefined ? error.stack : message;
  const debug = io.env.ENVARIANT_DEBUG === '1';
  const hint = debug ? '' : ' (ENVARIANT_DEBUG=1 shows where)';
  const line = `envariant: this is a fault of Envariant ${version}, please report it at ${bugs}: ${visible(message)}${hint}\n`;
  return debug ? `${line}${stack.split('\n').map(visible).join('\n')}\n` : line;
}
