import type { Expression } from '../../syntax/workflow/expression.js';
import type { Template, TemplatePart } from '../../syntax/workflow/template.js';
import type { WorkflowValue } from '../../syntax/workflow/tree.js';
import { spanToSource } from '../../text/mapped.js';
import type { Condition } from '../../value/diagram.js';
import { inputsOf, render, type Text, type Texts } from '../../value/text.js';
import type { Part } from '../shell/paste.js';
import {
  compare,
  contains,
  equal,
  fromJson,
  fromPlain,
  jsonText,
  mapOf,
  NULL,
  openValue,
  pickValue,
  property,
  related,
  type Terms,
  textOf,
  textValue,
  truth,
  type Value,
} from './value.js';

/** What an expression can see. */
export interface Scope {
  readonly terms: Terms;
  /** A context by its name in lower case; undefined where it is not available. */
  readonly context: (name: string) => Value | undefined;
  /** Where the status function holds: `success`, `failure`, `cancelled`, `always`. */
  readonly status: (name: string) => Condition;
}

/** The value of an expression. */
export function evaluateExpression(scope: Scope, expression: Expression): Value {
  const { terms } = scope;
  const { texts } = terms;
  switch (expression.kind) {
    case 'literal':
      return fromPlain(texts, expression.value, 0);
    case 'not':
      return { kind: 'boolean', when: texts.space.not(truth(texts, evaluateExpression(scope, expression.of))) };
    case 'compare':
      return { kind: 'boolean', when: comparison(scope, expression) };
    case 'logical': {
      let value = NULL;
      for (const [i, part] of expression.parts.entries()) {
        if (i === 0) {
          value = evaluateExpression(scope, part);
          continue;
        }
        const holds = truth(texts, value);
        const goesOn = expression.operator === '&&' ? holds : texts.space.not(holds);
        if (goesOn === texts.space.false) break;
        value = pickValue(texts, goesOn, evaluateExpression(scope, part), value);
      }
      return value;
    }
    case 'context':
      return scope.context(expression.name) ?? NULL;
    case 'access':
      return access(scope, evaluateExpression(scope, expression.of), expression.index);
    case 'call':
      return call(scope, expression.name, expression.parts);
  }
}

function comparison(scope: Scope, expression: Extract<Expression, { kind: 'compare' }>): Condition {
  const { terms } = scope;
  const left = evaluateExpression(scope, expression.left);
  const right = evaluateExpression(scope, expression.right);
  switch (expression.operator) {
    case '==':
      return equal(terms, left, right);
    case '!=':
      return terms.texts.space.not(equal(terms, left, right));
    case '<':
      return compare(terms, left, right, '<', (a, b) => a < b);
    case '<=':
      return compare(terms, left, right, '<=', (a, b) => a <= b);
    case '>':
      return compare(terms, left, right, '>', (a, b) => a > b);
    case '>=':
      return compare(terms, left, right, '>=', (a, b) => a >= b);
  }
}

function access(scope: Scope, of: Value, index: Expression | '*'): Value {
  const { texts } = scope.terms;
  if (index === '*')
    return of.kind === 'map' ? { kind: 'list', items: [...of.entries.values()].map((e) => e.value) } : of;
  // `github.event.commits.*.message`: the property of each item of a list.
  if (of.kind === 'list' && index.kind === 'literal' && typeof index.value === 'string' && !/^\d+$/.test(index.value)) {
    const name = index.value;
    return { kind: 'list', items: of.items.map((item) => property(texts, item, name)) };
  }
  const key = textOf(texts, evaluateExpression(scope, index));
  const flat = texts.flatten(key);
  let made: Value | undefined;
  for (const { when, item } of flat === undefined ? [] : texts.space.leaves(flat)) {
    const constant = texts.constant(item);
    const value =
      constant === undefined
        ? openValue(texts, `${render(textOf(texts, of))}[${render(item)}]`, inputsOf(item))
        : property(texts, of, constant);
    made = made === undefined ? value : pickValue(texts, when, value, made);
  }
  return made ?? openValue(texts, `[${render(key)}]`, inputsOf(key));
}

function call(scope: Scope, name: string, parts: readonly Expression[]): Value {
  const { texts } = scope.terms;
  const values = parts.map((part) => evaluateExpression(scope, part));
  const [first = NULL, second = NULL] = values;
  const truthValue = (when: Condition): Value => ({ kind: 'boolean', when });
  switch (name) {
    case 'success':
    case 'failure':
    case 'cancelled':
    case 'always':
      return truthValue(scope.status(name));
    case 'contains':
      return truthValue(contains(scope.terms, first, second));
    case 'startswith':
      return truthValue(
        related(texts, 'starts with', textOf(texts, first), textOf(texts, second), (a, b) => a.startsWith(b)),
      );
    case 'endswith':
      return truthValue(
        related(texts, 'ends with', textOf(texts, first), textOf(texts, second), (a, b) => a.endsWith(b)),
      );
    case 'format':
      return textValue(format(texts, textOf(texts, first), values.slice(1)));
    case 'join':
      return textValue(joined(texts, first, values.length > 1 ? textOf(texts, second) : texts.literal(',')));
    case 'fromjson':
      return fromJson(texts, textOf(texts, first));
    case 'tojson':
      return textValue(jsonText(texts, first));
    case 'case': {
      let value = values[values.length - 1] ?? NULL;
      for (let i = values.length - 3; i >= 0; i -= 2)
        value = pickValue(texts, truth(texts, values[i] ?? NULL), values[i + 1] ?? NULL, value);
      return value;
    }
    default: {
      const words = values.map((value) => textOf(texts, value));
      const inputs = new Set(words.flatMap((word) => [...inputsOf(word)]));
      return textValue(texts.symbol(`${name}(${words.map(render).join(', ')})`, inputs, 'checkout'));
    }
  }
}

function format(texts: Texts, pattern: Text, items: readonly Value[]): Text {
  const constant = texts.constant(pattern);
  if (constant === undefined) return texts.symbol(`format(${render(pattern)})`, inputsOf(pattern));
  const out: Text[] = [];
  for (const [part] of constant.matchAll(/\{\{|\}\}|\{\d+\}|[^{}]+|[{}]/g)) {
    const index = /^\{(\d+)\}$/.exec(part)?.[1];
    if (index !== undefined) out.push(textOf(texts, items[Number(index)] ?? NULL));
    else out.push(texts.literal(part === '{{' ? '{' : part === '}}' ? '}' : part));
  }
  return texts.concat(...out);
}

function joined(texts: Texts, value: Value, separator: Text): Text {
  if (value.kind === 'choice')
    return texts.pick(value.when, joined(texts, value.then, separator), joined(texts, value.otherwise, separator));
  if (value.kind !== 'list') return textOf(texts, value);
  return texts.concat(
    ...value.items.flatMap((item, i) => (i === 0 ? [textOf(texts, item)] : [separator, textOf(texts, item)])),
  );
}

function partValue(scope: Scope, part: TemplatePart): Value {
  const { texts } = scope.terms;
  if (part.kind === 'literal') return textValue(texts.literal(part.value));
  // What cannot be read is no text that could be equal to anything else.
  return part.tree === undefined ? openValue(texts, part.source) : evaluateExpression(scope, part.tree);
}

/** The value of a text: that of its expression, when it is nothing else. */
export function templateValue(scope: Scope, template: Template): Value {
  const [first, second] = template.parts;
  if (first?.kind === 'expression' && second === undefined) return partValue(scope, first);
  return textValue(templateText(scope, template));
}

/** The text of a template, with its expressions replaced. */
export function templateText(scope: Scope, template: Template): Text {
  const { texts } = scope.terms;
  return texts.concat(...template.parts.map((part) => textOf(texts, partValue(scope, part))));
}

/** The text in parts with their places in the template's own text, for a script. */
export function templateParts(scope: Scope, template: Template): readonly Part[] {
  const { texts } = scope.terms;
  return template.parts.map((part) => ({
    text: textOf(texts, partValue(scope, part)),
    start: part.start,
    end: part.end,
    literal: part.kind === 'literal',
  }));
}

/** A YAML value with its expressions replaced. */
export function valueOf(scope: Scope, value: WorkflowValue): Value {
  const { texts } = scope.terms;
  switch (value.kind) {
    case 'text': {
      if (value.template.parts.some((part) => part.kind === 'expression')) return templateValue(scope, value.template);
      return fromPlain(texts, value.plain, 0);
    }
    case 'list':
      return { kind: 'list', items: value.items.map((item) => valueOf(scope, item)) };
    case 'map':
      return mapOf(value.entries.map((entry) => [entry.name, valueOf(scope, entry.value)] as const));
  }
}

/** The text of a YAML value as an environment variable or an input gets it: `8.10` stays `8.10`. */
export function scalarText(scope: Scope, value: WorkflowValue): Text {
  const { texts } = scope.terms;
  if (value.kind !== 'text') return textOf(texts, valueOf(scope, value));
  if (value.template.parts.some((part) => part.kind === 'expression')) return templateText(scope, value.template);
  return value.plain === null ? texts.empty : texts.literal(value.template.text.text);
}

/** The span in the file of a template. */
export function spanOf(template: Template): { readonly start: number; readonly end: number } {
  return spanToSource(template.text, { start: 0, end: template.text.text.length });
}
