import type { Span } from '../../../text/span.js';
import type { Text } from '../../../value/text.js';
import { textOf } from '../evaluate.js';
import { liftPlain } from '../lift.js';
import { fail, type Machine, type Scope } from '../machine.js';
import { type BakeValue, type Datum, labelOf } from '../value.js';

/** One call of a function. */
export interface Call {
  readonly machine: Machine;
  readonly scope: Scope;
  readonly span: Span;
  readonly name: string;
}

/** A function that bake has. */
export type Builtin = (call: Call, args: readonly BakeValue[]) => BakeValue;

/** The text of an argument; a missing one fails. */
export function textArgument(call: Call, args: readonly BakeValue[], at: number): Text {
  const value = args[at];
  if (value !== undefined) return textOf(call.machine, call.scope, value, call.span);
  wrong(call, args, 'it has too few arguments');
  return call.machine.texts.empty;
}

/** Fails, with an unknown as the value. */
export function wrong(call: Call, args: readonly BakeValue[], why: string): BakeValue {
  fail(call.machine, call.scope, call.span, `${call.name} fails here: ${why}`);
  return unknown(call, args);
}

/** What a call gives when that is not known. */
export function unknown({ machine, name }: Call, args: readonly BakeValue[]): BakeValue {
  return machine.data.unknownOf(`${name}(${args.map((arg) => labelOf(machine.data, arg)).join(', ')})`, args);
}

/** A function of what is known as a whole; undefined as its result means that it fails. */
export function plainly(of: (...args: readonly unknown[]) => unknown): Builtin {
  return (call, args) => {
    const { value, fails } = liftPlain(call.machine, call.name, args, (plain) => of(...plain));
    fail(call.machine, call.scope, call.span, `${call.name} fails here`, fails);
    return value;
  };
}

/** A function that looks at its first argument's list or object; what is unknown stays so. */
export function ofContainer(of: (call: Call, datum: Datum, args: readonly BakeValue[]) => BakeValue): Builtin {
  return (call, args) => {
    const [first] = args;
    if (first === undefined) return wrong(call, args, 'it has too few arguments');
    return call.machine.space.bind(first, (datum) =>
      datum.kind === 'unknown' ? unknown(call, args) : of(call, datum, args),
    );
  };
}
