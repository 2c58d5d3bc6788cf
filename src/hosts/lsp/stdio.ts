/* The bundle of the language server, which the command line loads for `envariant lsp --stdio` alone. */
import { createConnection, ProposedFeatures, type WatchDog } from 'vscode-languageserver';
import { createProtocolConnection, type Logger, StreamMessageWriter } from 'vscode-languageserver/node';
import { explainAt, linksOf, lint, outlineOf, recognise } from '../../index.js';
import { parseScript } from '../parser.js';
import type { LanguageCore } from './project.js';
import { ResyncingReader } from './reader.js';
import { serve } from './server.js';
import { loadFolderSettings } from './settings.js';

/** How often it is asked whether the editor is still there, in milliseconds. */
const WATCH_INTERVAL = 3000;

const core: LanguageCore = {
  lint: (paths, files, choices) => lint(paths, files, { ...choices, parseScript }),
  recognise,
  linksOf,
  outlineOf,
  explainAt,
};

/**
 * Serves the client at the standard streams until it says `exit` or goes away; then the process ends with the status that the
 * protocol asks for: 0 after `shutdown`, 1 without it.
 */
export function serveStdio(): Promise<never> {
  return new Promise(() => {
    const watchDog: WatchDog = {
      shutdownReceived: false,
      initialize({ processId }) {
        if (processId === null || processId === undefined) return;
        setInterval(() => {
          if (!isAlive(processId)) end();
        }, WATCH_INTERVAL).unref();
      },
      exit: (code) => process.exit(code),
    };
    const end = (): never => process.exit(watchDog.shutdownReceived ? 0 : 1);
    const reader = new ResyncingReader(process.stdin);
    const writer = new StreamMessageWriter(process.stdout);
    const connection = createConnection(
      (logger: Logger) => {
        const protocol = createProtocolConnection(reader, writer, logger);
        protocol.onClose(end);
        return protocol;
      },
      watchDog,
      ProposedFeatures.all,
    );
    serve(connection, core, { loadChoices: loadFolderSettings });
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
