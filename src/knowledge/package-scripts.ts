/* How npm and its kin are told to run a script of a package.json. Sources: docs.npmjs.com/cli/commands/npm-run, classic.yarnpkg.com, pnpm.io, bun.com. */

/** Package scripts that a command runs: in the package of a folder, or in one that is named. */
export interface ScriptCall {
  /** Where in the words the names of the scripts stand; they may end in `*`. */
  readonly names: readonly number[];
  /** A folder relative to the working one. */
  readonly folder: string | undefined;
  /** True when another package of the repository is meant, by its name or because all of them are. */
  readonly elsewhere: boolean;
  /** The name or the folder of that package, where one is said. */
  readonly package?: string;
}

const OPTIONS_WITH_VALUE = new Set(
  '--prefix -C --cwd --dir -w --workspace --filter -F --scope --loglevel --registry --network-timeout'.split(' '),
);

/** The package scripts that a command runs; undefined when it runs none. */
export function scriptCall(words: readonly string[]): ScriptCall | undefined {
  const [first = ''] = words;
  if (/^(?:npm-run-all2?|run-s|run-p)$/.test(first)) {
    const names = words.flatMap((word, i) => (i === 0 || word.startsWith('-') ? [] : [i]));
    return { names, folder: undefined, elsewhere: false };
  }
  if (!/^(?:npm|yarn|pnpm|bun|turbo|nx|lerna)$/.test(first)) return undefined;
  let folder: string | undefined;
  let elsewhere = /^(?:turbo|nx|lerna)$/.test(first);
  let named: string | undefined;
  const operands: number[] = [];
  for (let i = 1; i < words.length && words[i] !== '--'; i += 1) {
    const word = words[i] ?? '';
    if (!word.startsWith('-')) {
      operands.push(i);
      continue;
    }
    const [option = '', glued] = word.split('=', 2);
    if (!OPTIONS_WITH_VALUE.has(option)) {
      if (option === '-r' || option === '--recursive' || option === '--workspaces') elsewhere = true;
      continue;
    }
    const value = glued ?? words[++i] ?? '';
    if (/^(?:--prefix|-C|--cwd|--dir)$/.test(option)) folder = value;
    else if (/^(?:-w|--workspace|--filter|-F|--scope)$/.test(option)) {
      elsewhere = true;
      named = value;
    }
  }
  let at = 0;
  const word = (): string => words[operands[at] ?? words.length] ?? '';
  if (first === 'yarn' && word() === 'workspace') {
    named = words[operands[at + 1] ?? words.length];
    at += 2;
    elsewhere = true;
  } else if (first === 'yarn' && word() === 'workspaces') {
    at += word() === 'workspaces' ? 1 : 0;
    if (word() === 'foreach') at += 1;
    elsewhere = true;
  }
  if (/^(?:run|run-script|run-many|rum)$/.test(word())) at += 1;
  else if (first === 'npm' || (first === 'bun' && /^(?:install|i|add|x|build|test)$/.test(word()))) return undefined;
  else if (
    /^(?:install|i|add|ci|remove|exec|dlx|import|config|cache|audit|publish|pack|prune|fetch|deploy|set)$/.test(word())
  )
    return undefined;
  const name = operands[at];
  if (name === undefined) return undefined;
  return { names: [name], folder, elsewhere, ...(named === undefined ? {} : { package: named }) };
}
