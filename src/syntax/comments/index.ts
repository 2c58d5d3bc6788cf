import type { Span } from '../../text/span.js';
import { dockerfileComments } from './dockerfile.js';
import { groovyComments } from './groovy.js';
import { hclComments } from './hcl.js';
import { makefileComments } from './makefile.js';
import { scriptComments } from './script.js';
import { shellComments, shellUnits } from './shell.js';
import { tomlComments } from './toml.js';
import { yamlComments } from './yaml.js';

/** Where the comments of a file are, in file order, and what its statements over several lines are. */
export interface CommentedText {
  /** With the marks that make them comments. */
  readonly comments: readonly Span[];
  /** Instructions, rules, statements, entries, blocks: what a comment above is about as a whole. */
  readonly units: readonly Span[];
}

/** What a comment looks like. */
export type CommentSyntax =
  | 'dockerfile'
  | 'makefile'
  | 'shell'
  | 'yaml'
  | 'hcl'
  | 'toml'
  | 'groovy'
  | 'javascript'
  | 'typescript';

/** How the comments of a file are written, by its name and its first line; undefined where it has none (JSON). */
export function commentSyntaxOf(path: string, text: string): CommentSyntax | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/^#!.*\b(?:ba|da|a|k|z)?sh\b/.test(text)) return 'shell';
  if (/^(?:GNU|BSD)?[Mm]akefile(?:\..+)?$|\.(?:mk|mak|make)$/.test(name)) return 'makefile';
  if (/\.ya?ml$|^Kustomization$/i.test(name)) return 'yaml';
  if (/^Jenkinsfile(?:[.-].+)?$|\.(?:jenkinsfile|groovy)$/i.test(name)) return 'groovy';
  if (/\.toml$/i.test(name)) return 'toml';
  if (/\.(?:hcl|tf|tfvars)$/i.test(name)) return 'hcl';
  // The only JSON that we read and that may have comments.
  if (/\.[cm]?jsx?$|^\.?devcontainer\.json$|\.jsonc$/i.test(name)) return 'javascript';
  if (/\.[cm]?tsx?$/i.test(name)) return 'typescript';
  if (/\.(?:ba|da|a|k|z)?sh$|^\.env(?:\..+)?$|\.env$/i.test(name)) return 'shell';
  if (/\.(?:json|md|txt|lock|xml|html?|css|py|go|rs|rb|php|java)$/i.test(name)) return undefined;
  return 'dockerfile';
}

/** Finds the comments of a text; takes any text and never throws. */
export function commentsOf(syntax: CommentSyntax, text: string): CommentedText {
  switch (syntax) {
    case 'dockerfile':
      return dockerfileComments(text);
    case 'makefile':
      return makefileComments(text);
    case 'shell':
      return { comments: shellComments(text), units: shellUnits(text) };
    case 'yaml':
      return yamlComments(text);
    case 'hcl':
      return hclComments(text);
    case 'toml':
      return tomlComments(text);
    case 'groovy':
      return groovyComments(text);
    case 'javascript':
    case 'typescript':
      return scriptComments(text);
  }
}
