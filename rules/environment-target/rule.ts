import { callerName, defineRule, environmentOf, isForDevelopment } from 'envariant/plugin';

export default defineRule({
  id: 'environment-target',
  summary: 'Callers build different stages of one Dockerfile for different environments',
  category: 'base-selection',
  severity: 'warning',
  since: '0.1.0',
  subject: 'image',
  *check({ builds, dockerfile }) {
    const named = builds.filter(({ target }) => target !== undefined && environmentOf(target) !== undefined);
    const [first] = named;
    const other = builds.find(({ target }) => first !== undefined && target !== first.target);
    if (first === undefined || other === undefined) return;
    const development = (bound: typeof first): boolean =>
      isForDevelopment(bound) || environmentOf(bound.target ?? '') === 'development';
    const stages = new Map(builds.map((bound) => [bound.target, bound]));
    const shipped = new Set(builds.filter((bound) => !development(bound)).map(({ target }) => target));
    yield {
      at: first.request.target === undefined ? first.request.place : first.request.place,
      ...(shipped.size < 2 ? { severity: 'info' as const } : {}),
      message: `Callers build different stages of ${dockerfile} for different environments, so what one of them tests is not what another one ships.`,
      rows: [...stages].map(([target, bound]) => ({
        when: { 'built by': [callerName(bound)] },
        value: target === undefined ? 'the last stage' : `--target ${target}`,
      })),
      related: builds.map((bound) => ({ at: bound.request.place, message: `built by ${callerName(bound)}` })),
      effect: 'Only what both stages have in common is tested.',
      help: 'Let tests run against the stage that ships; keep the development stage for work at the desk.',
    };
  },
});
