import { defineRule, type Fix, type ShellTrap, wrongTraps } from 'envariant/plugin';

const TRAPS: Readonly<Record<string, { readonly message: string; readonly help: string }>> = {
  'double-equals': {
    message: '`==` is not a comparison in dash, so this condition is never true',
    help: 'Write `=`, or choose the shell with `SHELL ["/bin/bash", "-c"]`.',
  },
  'double-bracket': {
    message: '`[[` does not exist in dash, so this condition is never true',
    help: 'Write `[ … ]` with `=`, or choose the shell with `SHELL ["/bin/bash", "-c"]`.',
  },
  'unquoted-empty': {
    message: 'The variable is not quoted, so where it is empty the test is an error and counts as false',
    help: 'Quote the variable.',
  },
  'one-argument-n': {
    message: 'The variable is not quoted, so where it is empty `-n` tests itself and is true',
    help: 'Quote the variable.',
  },
  'boolean-text': {
    message: 'The variable is only asked whether it is empty, so `false` and `0` switch it on too',
    help: 'Compare with a value: `[ "$X" = true ]`.',
  },
};

export default defineRule({
  id: 'shell-trap',
  summary: 'A condition on the environment does not do what it says',
  category: 'dead-selector',
  severity: 'warning',
  since: '0.1.0',
  subject: 'build',
  *check({ build }, { selecting }) {
    for (const { trap, wrong } of wrongTraps(build, selecting)) {
      const known = TRAPS[trap.kind];
      if (known === undefined) continue;
      yield {
        at: trap.place,
        when: wrong,
        message: `${known.message}: \`${trap.text}\`.`,
        effect: 'The branch that one environment needs is taken by none, or by the wrong one.',
        help: known.help,
        ...fixesOf(trap),
      };
    }
  },
});

/** The repair of a trap that the shell would read as it is meant. */
function fixesOf({ kind, repair = [] }: ShellTrap): { readonly fixes?: readonly Fix[] } {
  if (repair.length === 0) return {};
  const edits = repair.map(({ place, text }) => ({ ...place, text }));
  return { fixes: [{ title: kind === 'double-equals' ? 'Write `=`' : 'Quote the variable', safe: true, edits }] };
}
