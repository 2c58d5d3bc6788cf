import { defineRule, differsOnlyByReads, varyingReads } from 'envariant/plugin';

/** Variables that bundlers and front-end frameworks take their mode or inlined values from. */
const MODES = /^(?:NODE_ENV|BABEL_ENV|VITE_|NEXT_PUBLIC_|REACT_APP_|VUE_APP_)/;

export default defineRule({
  id: 'bundler-mode',
  summary: 'A front-end bundle is built in another mode for other environments',
  category: 'bundler-mode',
  severity: 'warning',
  since: '0.1.0',
  subject: 'program',
  *check(program) {
    if (!differsOnlyByReads(program)) return;
    const names = varyingReads(program).filter((name) => MODES.test(name));
    if (names.length === 0) return;
    yield {
      at: program.at,
      value: program.value,
      message: `In which mode the bundle is built depends on {selector}: bundlers and frameworks read ${names.join(' and ')}.`,
      effect: 'A development bundle is larger and slower, and runs other code paths than the one that was tested.',
      help: `Fix the mode where the bundle is built (\`${names[0] ?? 'NODE_ENV'}=production\`), and read what differs at run time.`,
    };
  },
});
