import { isSelectorName } from '../../knowledge/environments.js';

/** Variables of a makefile that a caller may be expected to give on the command line, which wins over `=`. */
export function overridable(text: string): readonly string[] {
  // What holds options (`DEBUG = -g`) is set to other options, not switched.
  const names = [...text.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*(?::{0,3}|\+|\?)=(?![ \t]*-\w)/gm)].map(
    ([, name = '']) => name,
  );
  return names.filter(isSelectorName);
}
