export type FlagCategory = string;
/** A fact about one build flag. */
export interface FlagFact { readonly toolchain: string; readonly kind: 'option' | 'variable' | 'define' | 'file' | 'absence'; readonly flag: string; matches(word: string): boolean; readonly name?: string; readonly commands: readonly string[]; readonly category: FlagCategory; readonly severity: 'error' | 'warning' | 'info' | 'none'; readonly polarity: 'development' | 'production' | 'neutral'; readonly effect: string; readonly source: string; readonly verified: boolean }
export function flagsOf(toolchain: string): readonly FlagFact[] { return []; }
export function flagOf(toolchain: string, subcommand: string, word: string): FlagFact | undefined { return undefined; }
export function variableFact(toolchain: string, name: string, value: string): FlagFact | undefined { return undefined; }
export function absenceFact(toolchain: string, subcommand: string, words: readonly string[]): FlagFact | undefined { return undefined; }
