import { deliveryLanguageOf } from './evaluate/delivery/callers.js';
import { bundlerOf } from './knowledge/bundlers.js';

/** What a build file is written in; `delivery` is what asks for builds or runs images: pipelines, compose files, manifests. */
export type Language = 'dockerfile' | 'makefile' | 'shell' | 'bundler' | 'delivery';

/** The language of a build file, by its name; undefined for all other files. */
export function recognise(path: string): Language | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/\.dockerignore$/.test(name)) return undefined;
  if (/^(?:Dockerfile|Containerfile)(?:[.-].*)?$/.test(name) || /.\.(?:dockerfile|Dockerfile)$/.test(name))
    return /\.(?:md|rst|txt|html?|xml|css|tm\w+|vim|lua|bak|orig|rej|diff|patch|sh|py|rb|js|ts|go|json|ya?ml|toml)$/.test(
      name,
    )
      ? undefined
      : 'dockerfile';
  if (/^(?:GNUmakefile|[Mm]akefile)$|.\.(?:mk|mak|make)$/.test(name)) return 'makefile';
  if (/^[Mm]akefile\.[\w-]+$/.test(name))
    return /\.(?:am|in|PL|md|txt|bak|orig|j2|tmpl|cmake|win|vc|nt|msc|msvc|bcc|bor|owc|wat|dmc|vs)$/i.test(name)
      ? undefined
      : 'makefile';
  if (/.\.sh$/.test(name)) return 'shell';
  if (bundlerOf(name) !== undefined) return 'bundler';
  return deliveryLanguageOf(path) === undefined ? undefined : 'delivery';
}

/** The language of a file that somebody named although its name says nothing: a shell by its first line, else a Dockerfile. */
export function languageOf(path: string, text: string): Language {
  return recognise(path) ?? (/^#!.*\b(?:sh|bash|dash|ash)\b/.test(text) ? 'shell' : 'dockerfile');
}
