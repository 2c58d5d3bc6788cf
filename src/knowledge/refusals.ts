/**
 * Commands that a tool refuses because of their words: they fail in every environment that gives them, so that these
 * environments get no image. Tried with go 1.19 on Linux (semantics.md 7, cases 23b, 29 and 66).
 */

/** Stands for a word that is not known. */
export const UNKNOWN_WORD = '…';

/** Why a tool refuses these words; undefined when it does not, or when that is not known. */
export function refusalOf(argv: readonly string[], env: (name: string) => string | undefined): string | undefined {
  const [command, subcommand, ...words] = argv;
  if (command === undefined || !/(?:^|\/)go$/.test(command)) return undefined;
  return subcommand === 'build' || subcommand === 'install' ? refusedByGo(words, env) : undefined;
}

const VALUED = new Set(
  '-o -p -asmflags -buildmode -buildvcs -compiler -gccgoflags -gcflags -installsuffix -ldflags -mod -modfile -overlay -pgo -pkgdir -tags -toolexec -C -covermode -coverpkg'.split(
    ' ',
  ),
);

function refusedByGo(words: readonly string[], env: (name: string) => string | undefined): string | undefined {
  let flags = true;
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    if (/["']/.test(word) && /^["']|["']$/.test(word) && (word.match(/["']/g)?.length ?? 0) % 2 === 1)
      return `the quotes in \`${word}\` came out of a variable, so they are part of the word`;
    if (flags && word.startsWith('-')) {
      if (VALUED.has(word)) i += 1;
      continue;
    }
    // The first word that is no flag ends the flags; what follows are package paths, and none starts with a dash.
    if (!flags && word.startsWith('-'))
      return words.includes('')
        ? `an empty quoted word ends the flags, so go takes \`${word}\` for a package`
        : `go takes \`${word}\` for a package, because it stands behind one`;
    // It may be a flag, a flag's value or a package, so what stands behind it may be anything.
    if (flags && word === UNKNOWN_WORD) break;
    flags = false;
  }
  const race = words.some((word) => /^--?race(?:=true|=1)?$/.test(word));
  return race && env('CGO_ENABLED') === '0' ? '-race needs cgo, and CGO_ENABLED is 0' : undefined;
}
