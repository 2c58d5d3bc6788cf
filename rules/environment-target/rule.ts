import { callerName, defineRule, environmentOf, isForDevelopment } from 'envariant/plugin';

/** A stage that is named for an environment; test stages are no products. */
function isNamed(target: string | undefined): boolean {
  const kind = environmentOf(target ?? '');
  return kind !== undefined && kind !== 'testing';
}

/** A stage's name without what says the environment: `runtime` for `runtime-dev`. */
function stemOf(target: string | undefined): string {
  const words = (target ?? '').split(/[-_.]/);
  return words.filter((word) => environmentOf(word) === undefined).join('-');
}

export default defineRule({
  id: 'environment-target',
  summary: 'Callers build different stages of one Dockerfile for different environments',
  category: 'base-selection',
  severity: 'warning',
  since: '0.1.0',
  subject: 'image',
  *check({ builds, dockerfile }) {
    const named = builds.filter(({ target }) => isNamed(target));
    const [first] = named;
    // A stage for another environment: one that is named so, the one that is named like it otherwise, or the last one.
    const isCandidate = (target: string | undefined): boolean =>
      target === undefined || isNamed(target) || (stemOf(target) !== '' && stemOf(target) === stemOf(first?.target));
    // What one file builds side by side are products; another file builds the same product for another environment, also
    // where it only chooses the stage (`TARGET=prod docker compose build`).
    const other = builds.find(
      ({ target, image, request, caller }) =>
        first !== undefined &&
        isCandidate(target) &&
        image?.target !== first.image?.target &&
        (request.place.file !== first.request.place.file || caller.file !== first.caller.file),
    );
    if (first === undefined || other === undefined) return;
    const development = (bound: typeof first): boolean =>
      isForDevelopment(bound) || environmentOf(bound.target ?? '') === 'development';
    const compared = builds.filter(({ target }) => isCandidate(target));
    const stages = new Map(compared.map((bound) => [bound.image?.target, bound]));
    const shipped = new Set(compared.filter((bound) => !development(bound)).map(({ image }) => image?.target));
    yield {
      at: first.request.place,
      ...(shipped.size < 2 ? { severity: 'info' as const } : {}),
      message: `Callers build different stages of ${dockerfile} for different environments, so what one of them tests is not what another one ships.`,
      rows: [...stages.values()].map((bound) => ({
        when: { 'built by': [callerName(bound)] },
        value: bound.target === undefined ? 'the last stage' : `--target ${bound.target}`,
      })),
      related: compared.map((bound) => ({ at: bound.request.place, message: `built by ${callerName(bound)}` })),
      effect: 'Only what both stages have in common is tested.',
      help: 'Let tests run against the stage that ships; keep the development stage for work at the desk.',
    };
  },
});
