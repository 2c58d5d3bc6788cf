/*
 * Commands of scripts, as far as they matter here: whether they run the bundler on a configuration, to build something that
 * may ship.
 */
import { BUNDLERS, type Bundler } from '../../knowledge/bundlers.js';
import { peelWrapper } from '../../knowledge/tools.js';
import { normalizePath } from '../../text/files.js';

/** A command without what stands before it, and the variables that this gives it. */
export interface Bare {
  readonly words: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
}

/** Takes away `cross-env X=y`, `npx`, `pnpm exec`, `dotenv --` and paths into node_modules. */
export function bare(words: readonly string[]): Bare {
  let rest = words;
  const environment = new Map<string, string>();
  for (let turn = 0; turn < 8; turn += 1) {
    const peeled = peelWrapper(rest);
    if (peeled !== undefined && peeled.argv.length > 0) {
      for (const [name, value] of Object.entries(peeled.env)) environment.set(name, value);
      rest = peeled.argv;
      continue;
    }
    const inner = withoutLauncher(rest);
    if (inner === undefined) break;
    rest = inner;
  }
  const [first = '', ...others] = rest;
  return { words: [baseOf(first), ...others], environment };
}

function withoutLauncher(words: readonly string[]): readonly string[] | undefined {
  const [first = '', second = ''] = words;
  const from = (index: number): readonly string[] => {
    let at = index;
    while (at < words.length && (words[at] ?? '').startsWith('-'))
      at += words[at] === '-p' || words[at] === '-f' ? 2 : 1;
    return words.slice(at);
  };
  const name = baseOf(first);
  if (/^(?:npx|bunx|pnpx)$/.test(name)) return from(1);
  if (name === 'bun' && second === 'x') return from(2);
  if (/^(?:npm|pnpm|yarn)$/.test(name) && /^(?:exec|dlx|x)$/.test(second)) return from(2);
  if (/^(?:dotenv|dotenvx)$/.test(name) && words.includes('--')) return words.slice(words.indexOf('--') + 1);
  if (name === 'env-cmd') return from(1);
  // `node --max-old-space-size=4096 node_modules/webpack/bin/webpack.js`
  if (name === 'node') {
    const script = words.findIndex((word, i) => i > 0 && !word.startsWith('-'));
    if (/(?:^|\/)node_modules\//.test(words[script] ?? '')) return words.slice(script);
  }
  return undefined;
}

function baseOf(word: string): string {
  if (!/(?:^|\/)node_modules\//.test(word) && !/^\/usr(?:\/local)?\/bin\//.test(word)) return word;
  return word.slice(word.lastIndexOf('/') + 1).replace(/\.[mc]?js$/, '');
}

/** Where the words stand that a call of a script (at `name`) hands on: `npm run build -- --mode x`, `yarn build --mode x`. */
export function appendedWords(words: readonly string[], name: number): readonly number[] {
  const [first = ''] = words;
  if (!/^(?:npm|yarn|pnpm|bun)$/.test(first)) return [];
  const rest = words.flatMap((_, i) => (i > name ? [i] : []));
  const mark = rest.find((i) => words[i] === '--');
  if (first === 'npm') return mark === undefined ? [] : rest.filter((i) => i > mark);
  return rest.filter((i) => i !== mark);
}

/** The names that a pattern of npm-run-all stands for. */
export function matchingScripts(pattern: string, names: Iterable<string>): readonly string[] {
  const plain = pattern.split(' ', 1)[0] ?? '';
  if (!plain.includes('*')) return [plain];
  const source = plain
    .split(/(\*\*?)/)
    .map((part) => (part === '*' ? '[^:]*' : part === '**' ? '.*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')))
    .join('');
  const matcher = new RegExp(`^${source}$`);
  return [...names].filter((name) => matcher.test(name));
}

/** Words that make a tool serve, watch, test or print. */
const NO_BUILD =
  /^(?:serve|server|s|dev|develop|watch|w|preview|start|test|init|info|inspect|lint|optimize|help|version)$/;

/** Options that do. */
const NO_BUILD_OPTION = /^(?:--watch|-w|--serve|--hot|--help|--version|--print-config)$/;

/** Whether a command runs a tool on a configuration, to build; `folder` is the working folder. */
export function runsOn(words: readonly string[], bundler: Bundler, config: string, folder: string): boolean {
  const [command = '', ...rest] = words;
  if (NO_BUILD.test(rest[0] ?? '') || rest.some((word) => NO_BUILD_OPTION.test(word))) return false;
  if (bundler.calling === 'script') {
    if (!/^(?:node|tsx|ts-node|bun|zx|esno|jiti|babel-node|esbuild-runner|esr)$/.test(command)) return false;
    return rest.some((word) => isFile(word, config, folder));
  }
  const isBabel = bundler.calling === 'babel';
  const runner = isBabel ? BUNDLERS.find(({ commands }) => commands.includes(command)) : bundler;
  if (runner === undefined || !runner.commands.includes(command)) return runsScript(command, rest, config, folder);
  if (runner.build !== undefined && !rest.includes(runner.build)) return false;
  if (isBabel && runner !== bundler) return true;
  const named = rest.flatMap((word, i) => {
    const [option = '', glued] = word.split('=', 2);
    const value = glued ?? rest[i + 1];
    return bundler.configOptions.includes(option) && value !== undefined && !value.startsWith('-') ? [value] : [];
  });
  if (named.length > 0) return named.some((path) => isFile(path, config, folder));
  const root = rest.find((word) => !word.startsWith('-') && word !== bundler.build && isFolderOf(word, config, folder));
  const base = config.slice(config.lastIndexOf('/') + 1);
  const isDefault =
    base === 'angular.json' ||
    (/^[\w.-]*?(?:\.config|-overrides|rc|webpackfile)\.[mc]?[jt]s$/.test(base) &&
      !/\.config\.\w+\.[mc]?[jt]s$/.test(base));
  return isDefault && (root !== undefined || folderOfPath(config) === folder);
}

/** `node build/webpack.config.js` and the like: a configuration that is run itself. */
function runsScript(command: string, rest: readonly string[], config: string, folder: string): boolean {
  return /^(?:node|tsx|ts-node|bun)$/.test(command) && rest.some((word) => isFile(word, config, folder));
}

function isFile(word: string, config: string, folder: string): boolean {
  if (word.startsWith('-')) return false;
  const path = word.startsWith('/') ? word : `${folder}/${word}`;
  const found = normalizePath(path);
  return found !== undefined && (found === config || found === config.replace(/\.[mc]?[jt]s$/, ''));
}

function isFolderOf(word: string, config: string, folder: string): boolean {
  return normalizePath(`${folder}/${word}`) === folderOfPath(config);
}

function folderOfPath(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** Names of scripts that developers run, or that check and measure; what they build does not ship. */
export function isShippingScript(name: string): boolean {
  const tokens = name.toLowerCase().split(/[:._\-/]/);
  return !tokens.some((token) => NOT_SHIPPING.has(token));
}

const NOT_SHIPPING = new Set(
  (
    'dev develop development local localhost watch watcher serve server start hot hmr debug test tests testing e2e cypress lint ' +
    'analyze analyse analyzer stats profile profiling storybook docs doc demo example examples preview bench benchmark coverage ' +
    'size measure inspect report format check typecheck playground sandbox mock mocks bundle-report visualize'
  ).split(' '),
);
