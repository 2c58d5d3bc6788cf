import { type Files, type Plan, plan } from '../../../src/index.js';

export type Answers = ReadonlyMap<string, string | undefined>;

/** A project with one Dockerfile. */
export function dockerfile(text: string): Files {
  return {
    read: (path) => (path === 'Dockerfile' ? { kind: 'text', text } : undefined),
    list: (folder) => (folder === '' ? ['Dockerfile'] : undefined),
  };
}

/** What the environments build that have these answers. */
export function planOf(text: string, set: Answers, target?: string): Plan {
  return plan('Dockerfile', dockerfile(text), { set, target, shell: undefined });
}
