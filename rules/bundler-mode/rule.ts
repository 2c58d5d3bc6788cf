import {
  defineRule,
  differsOnlyByReads,
  type ImplicitRead,
  modeOption,
  type Program,
  type Value,
  varyingReads,
} from 'envariant/plugin';

/** Variables that bundlers and front-end frameworks take their mode from. */
const MODES = /^(?:NODE_ENV|BABEL_ENV)$/;

/** Variables whose values frameworks write into the bundle; keys, versions and the like differ without saying an environment. */
const INLINED = /^(?:VITE|NEXT_PUBLIC|REACT_APP|VUE_APP)_(?!.*(?:VERSION|DSN|KEY|TOKEN|SHA|COMMIT|DATE|ID)$)/;

export default defineRule({
  id: 'bundler-mode',
  summary: 'A front-end bundle is built in another mode, or with other values inlined, for other environments',
  category: 'bundler-mode',
  severity: 'warning',
  since: '0.1.0',
  subject: 'program',
  *check(program) {
    const mode = modeOption(program);
    if (mode !== undefined) {
      yield {
        at: program.at,
        value: program.value,
        message: `Which values are written into the bundle when it is built depends on {selector}: \`${mode.flag}\` chooses the files that they come from.`,
        effect: mode.effect,
        help: 'Build one bundle, and let the page read what differs when it starts; or build one image for each environment on purpose.',
      };
      return;
    }
    const varying = varyingReads(program);
    const modes = varying.filter((name) => MODES.test(name));
    if (modes.length > 0 && differsOnlyByReads(program)) {
      yield {
        at: program.at,
        value: program.value,
        message: `In which mode the bundle is built depends on {selector}: bundlers and frameworks read ${modes.join(' and ')}.`,
        effect: 'A development bundle is larger and slower, and runs other code paths than the one that was tested.',
        help: `Fix the mode where the bundle is built (\`${modes[0] ?? 'NODE_ENV'}=production\`), and read what differs at run time.`,
      };
    }
    const inlined = program.reads.find((read) => varying.includes(read.name) && INLINED.test(read.name));
    if (inlined !== undefined) {
      yield {
        at: program.at,
        value: inlinedValue(program, inlined),
        selectors: 'any',
        severity: 'info',
        message: `${inlined.name} is inlined into the bundle when it is built, from {selector}: the image fits one environment only.`,
        effect: 'A value that is written into the bundle cannot be changed where the image runs.',
        help: 'Let the page read it when it starts (a small settings file that the container writes), or build one image for each environment on purpose.',
      };
    }
  },
});

function inlinedValue(program: Program, read: ImplicitRead): Value {
  const { texts } = program.build;
  const { space } = texts;
  const text = texts.concat(texts.literal(`${read.name}=`), read.text);
  const none: Value = space.one(undefined);
  return space.pick(space.and(program.ships, read.set), texts.flatten(text) ?? none, none);
}
