import { defineRule, wrongTraps } from 'envariant/plugin';

interface Explained {
  readonly message: string;
  readonly effect: string;
  readonly help: string;
}

const LATE: Omit<Explained, 'message'> = {
  effect: 'Nothing that depends on the condition is as the target asks for; it is built as every other environment.',
  help: 'Write the condition where it is expanded late: `FLAGS = $(if $(filter testing,$(ENV)),-race)`; or let the target call make again with the value: `$(MAKE) image ENV=testing`.',
};

const TRAPS: Readonly<Record<string, Explained>> = {
  'make-unseen-value': {
    message: 'The comparison is made while the makefile is read and never sees the value of a target',
    ...LATE,
  },
  'make-unseen-definition': {
    message: 'Whether the name is defined is asked while the makefile is read, which never sees the value of a target',
    ...LATE,
  },
  'make-lost-variable': {
    message: 'Each line of a recipe is run by a shell of its own, so that this variable is gone on the next line',
    effect: 'The line that reads the variable gets what make was started with, or nothing.',
    help: 'Join the lines with `&& \\`, export the name for the target (`image: export ENV = production`), or use `.ONESHELL:`.',
  },
  'make-lost-folder': {
    message: 'Each line of a recipe is run by a shell of its own, so that the next line is not run in this folder',
    effect: 'The next line works on what is where make was started, not on what is in the folder.',
    help: 'Join the lines: `cd web && npm run build`; or use `.ONESHELL:`.',
  },
  'make-shared-prerequisite': {
    message:
      'Make runs a recipe once, with the values of the first environment that needs it, and the second gets the same',
    effect: 'Under the second name there is what was made for the first environment.',
    help: 'Call make once for each: `$(MAKE) dev && $(MAKE) prod`; or give each environment a target of its own.',
  },
  'make-trailing-blank': {
    message: 'The value ends in blanks, which make keeps, so that it is not equal to the word without them',
    effect: 'The branch that one environment needs is taken by none, or by the wrong one.',
    help: 'Put the comment on a line of its own, or compare `$(strip $(NAME))`.',
  },
  'make-losing-environment': {
    message:
      'A variable of the environment loses to the assignment in the makefile, so that this call does not change it',
    effect: 'What is made is what the makefile says, not what the call asks for.',
    help: 'Give the variable behind `make` (`$(MAKE) image ENV=production`), or assign it with `?=`.',
  },
};

export default defineRule({
  id: 'makefile-trap',
  summary: 'A makefile does not do what it says for an environment',
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
        effect: known.effect,
        help: known.help,
      };
    }
  },
});
