/*
 * The incident in every format: an image that depends on the environment is built for tests and reaches production, and the
 * report names the build and where it runs. The same project with an image that does not depend on it is silent.
 */
import { describe, expect, it } from 'vitest';
import { BUILDERS, DEPLOYERS } from './formats.js';
import { acrossFiles } from './lint.js';
import { RACE, SAME } from './project.js';

describe.each([
  ['built by', BUILDERS],
  ['brought to production by', DEPLOYERS],
])('%s', (_, cases) => {
  it.each(cases)('$name', ({ files, at, through = [] }) => {
    const project = { Dockerfile: RACE, ...files };
    const promoted = acrossFiles(project).filter(({ rule }) => rule === 'promoted-image');
    expect(promoted.map(({ location }) => `${location.file}:${location.line}`)).toEqual([expect.stringContaining(at)]);
    const [only] = promoted;
    expect(only?.message).toMatch(/built for testing \(ENV\) and runs in .*prod/);
    const chain = only?.related.map(({ location }) => location.file) ?? [];
    for (const file of [...through, 'Dockerfile']) expect(chain).toContain(file);
    expect(acrossFiles({ ...project, Dockerfile: SAME }).map(({ rule }) => rule)).toEqual([]);
  });
});
