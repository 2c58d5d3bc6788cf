/* The bundle of the language server, which the command line loads for `envariant lsp --stdio` alone. */
import { createRequire } from 'node:module';
import { createConnection, ProposedFeatures, type WatchDog } from 'vscode-languageserver';
import { createProtocolConnection, type Logger, StreamMessageWriter } from 'vscode-languageserver/node';
import { explainAt, isCaller, linksOf, lint, outlineOf, type ParseScript, recognise } from '../../index.js';
import type { LanguageCore } from './project.js';
import { ResyncingReader } from './reader.js';
import { serve } from './server.js';

/** How often it is asked whether the editor is still there, in milliseconds. */
const WATCH_INTERVAL = 3000;

/** The parser of JavaScript is a bundle of its own, which is loaded with the first configuration that needs it. */
const parseScript: ParseScript = (text, path) => {
  const parser: { readonly parseScript: ParseScript } = createRequire(import.meta.url)('./script-parser.cjs');
  return parser.parseScript(text, path);
};

const core: LanguageCore = {
  lint: (paths, files, choices) => lint(paths, files, { ...choices, parseScript }),
  recognise,
  isCaller,
  linksOf,
  outlineOf,
  explainAt,
};

/**
 * Serves the client at the standard streams until it says `exit` or goes away. Resolves to the exit status that the
 * protocol asks for: 0 after `shutdown`, 1 without it.
 */
export function serveStdio(): Promise<0 | 1> {
  return new Promise((done) => {
    let watch: ReturnType<typeof setInterval> | undefined;
    const end = (status: 0 | 1): void => {
      clearInterval(watch);
      done(status);
    };
    const watchDog: WatchDog = {
      shutdownReceived: false,
      initialize({ processId }) {
        if (processId === null || processId === undefined) return;
        watch = setInterval(() => {
          if (!isAlive(processId)) end(watchDog.shutdownReceived ? 0 : 1);
        }, WATCH_INTERVAL);
        watch.unref();
      },
      exit: (code) => end(code === 0 ? 0 : 1),
    };
    const reader = new ResyncingReader(process.stdin);
    const writer = new StreamMessageWriter(process.stdout);
    const connection = createConnection(
      (logger: Logger) => {
        const protocol = createProtocolConnection(reader, writer, logger);
        protocol.onClose(() => end(watchDog.shutdownReceived ? 0 : 1));
        return protocol;
      },
      watchDog,
      ProposedFeatures.all,
    );
    serve(connection, core);
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
