import { plainText } from '../../syntax/bake/expression.js';
import { parseBakeExpression } from '../../syntax/bake/json.js';
import type { Expression } from '../../syntax/bake/tree.js';
import type { Span } from '../../text/span.js';
import { fail, type Machine, type Scope } from './machine.js';
import type { BakeValue, Datum } from './value.js';

/** The types of variables as far as they change what a value is. */
export type ValueType = 'string' | 'number' | 'bool' | 'list' | 'other' | 'any';

/** The type that `type = …` names. */
export function typeOf(expression: Expression): ValueType {
  const written = plainText(expression);
  const meant = written === undefined ? expression : parseBakeExpression(written);
  if (meant?.kind === 'variable')
    return meant.name === 'string' || meant.name === 'number' || meant.name === 'bool' ? meant.name : 'any';
  if (meant?.kind !== 'call') return 'any';
  return meant.name === 'list' || meant.name === 'set' ? 'list' : 'other';
}

/** A value as a value of a type. */
export function convert(machine: Machine, scope: Scope, value: BakeValue, type: ValueType, span: Span): BakeValue {
  const { data, space, texts } = machine;
  if (type !== 'string' && type !== 'number' && type !== 'bool') return value;
  return space.bind(value, (datum): BakeValue => {
    const same = space.one<Datum>(datum);
    if (datum.kind === 'null' || datum.kind === 'unknown') return same;
    const text = data.textOf(datum);
    if (text === undefined) {
      fail(machine, scope, span, `a ${type} is expected here, and this is a ${datum.kind}`);
      return data.unknownOf(type, [same]);
    }
    if (type === 'string') return data.text(text);
    const constant = texts.constant(text);
    if (constant === undefined) return data.unknown(text);
    if (type === 'number' && constant.trim() !== '' && Number.isFinite(Number(constant)))
      return data.number(Number(constant));
    if (type === 'bool' && /^(?:true|false|1|0)$/.test(constant))
      return data.bool(constant === 'true' || constant === '1');
    fail(machine, scope, span, `a ${type} is expected here, and this is "${constant}"`);
    return data.unknownOf(type, [same]);
  });
}
