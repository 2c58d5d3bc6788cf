import { describeCall } from '../../knowledge/tools.js';
import type { CommandStep } from '../../model/build.js';
import type { Place } from '../../text/span.js';
import type { Texts } from '../../value/text.js';
import type { Execution } from '../shell/index.js';
import { representative } from './script.js';

/** An execution as a step of a build, with what the command is. Where it ships is found out later. */
export function commandStep(texts: Texts, execution: Execution, instruction: Place, stage: number): CommandStep {
  const { space } = texts;
  const words = execution.words.map(({ item }) => representative(texts, item.text));
  const read = (name: string): string | undefined => {
    const variable = execution.environment.get(name);
    if (variable === undefined || space.and(variable.exported, execution.when) === space.false) return undefined;
    return representative(texts, texts.assume(variable.text, execution.when));
  };
  return {
    kind: 'command',
    stage,
    instruction,
    place: execution.place,
    when: execution.when,
    runs: execution.when,
    ships: space.false,
    words: execution.words,
    call: describeCall(words, read),
    environment: execution.environment,
    prefixed: execution.prefixed,
    cwd: execution.cwd,
    chain: execution.chain,
    captured: execution.captured,
    outputs: execution.outputs,
    builtin: execution.builtin,
    input: execution.input,
    appends: execution.appends,
    ...(execution.written === undefined ? {} : { written: execution.written }),
  };
}
