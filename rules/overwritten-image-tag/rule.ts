import {
  argumentPlaces,
  argumentText,
  callerName,
  defineRule,
  differingArguments,
  isForDevelopment,
} from 'envariant/plugin';

export default defineRule({
  id: 'overwritten-image-tag',
  summary: 'Builds that make different images write one name',
  category: 'shared-image',
  severity: 'warning',
  since: '0.1.0',
  subject: 'tag',
  options: {
    allow: { type: 'strings', summary: 'Tags that different images may have, such as "local"', default: [] },
  },
  *check({ tag, place, aliases, divergences }, { options }) {
    const [divergence] = divergences;
    const name = [{ tag, place }, ...aliases].find((one) => !options.allow.includes(tagOf(one.tag)));
    if (divergence === undefined || name === undefined) return;
    const { left, right, differences } = divergence;
    const names = differingArguments(left, right);
    const isRead = left.image !== undefined && right.image !== undefined;
    const onlyDevelopers = divergences.every((one) => isForDevelopment(one.left) || isForDevelopment(one.right));
    yield {
      at: name.place,
      ...(isRead ? {} : { confidence: 'possible' as const }),
      ...(onlyDevelopers && left.request !== right.request ? { severity: 'info' as const } : {}),
      message: `Different images get the name \`${name.tag}\`: whichever is built last is what runs everywhere.`,
      rows: [left, right].map((bound, i) => ({
        when: { 'built by': [callerName(bound)] },
        value: [
          [
            !isRead || left.dockerfile === right.dockerfile ? '' : `-f ${bound.dockerfile}`,
            !isRead || left.target === right.target || bound.target === undefined ? '' : `--target ${bound.target}`,
            names.size > 0 ? argumentText(bound, names) : '',
          ]
            .filter((part) => part !== '')
            .join(' '),
          differences.map((one) => (i === 0 ? one.left : one.right) ?? '(not run)').join('; '),
        ]
          .filter((part) => part !== '')
          .join(' → '),
      })),
      related: divergences.flatMap((one) => [
        { at: one.right.request.place, message: `built by ${callerName(one.right)}` },
        ...[one.left, one.right].flatMap((bound) => argumentPlaces(bound, differingArguments(one.left, one.right))),
        ...one.differences.map((difference) => ({ at: difference.place, message: 'what differs' })),
      ]),
      effect: 'An image with this name says nothing about the environment that it was built for.',
      help: 'Give each variant a name of its own (`:prod`, `:testing`), or build one image that is the same for all environments.',
    };
  },
});

/** What stands behind the name of an image; a colon before a slash is that of a port. */
function tagOf(image: string): string {
  return /:([^:/]+)$/.exec(image)?.[1] ?? 'latest';
}
