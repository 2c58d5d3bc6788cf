import type { Input, Trigger } from '../../syntax/workflow/tree.js';
import type { Condition } from '../../value/diagram.js';
import { inputsOf, render, type Text } from '../../value/text.js';
import type { EnvironmentValue } from '../delivery/delivered.js';
import { type Scope, scalarText } from './expression.js';
import { refSelector } from './ref.js';
import type { Machine, Seat, Unit } from './state.js';
import { beginsWith, eventText, HEAD_REF, isEvent } from './triggers.js';
import {
  mapOf,
  NAME_OF_REF,
  NULL,
  openValue,
  pickValue,
  property,
  textOf,
  textValue,
  truth,
  type Value,
} from './value.js';

/** The context `github` of a workflow that these events start. */
export function githubContext(machine: Machine, triggers: readonly Trigger[], inputs: Value): Value {
  const { texts } = machine;
  const { space } = texts;
  const ref = texts.answer(refSelector(texts));
  const events = triggers.length;
  const known = new Map<string, () => Value>([
    ['ref', () => textValue(ref)],
    ['ref_name', () => textValue(refName(machine))],
    [
      'ref_type',
      () => textValue(texts.pick(beginsWith(machine, 'refs/tags/'), texts.literal('tag'), texts.literal('branch'))),
    ],
    ['event_name', () => textValue(eventText(texts, triggers))],
    ['sha', () => textValue(texts.symbol('${{ github.sha }}', undefined, 'checkout'))],
    ['workspace', () => textValue(texts.literal('/'))],
    ['server_url', () => textValue(texts.literal('https://github.com'))],
    [
      'head_ref',
      () =>
        textValue(
          events === 0
            ? texts.symbol(HEAD_REF)
            : texts.pick(
                isEvent(texts, triggers, 'pull_request', 'pull_request_target'),
                texts.symbol(HEAD_REF),
                texts.empty,
              ),
        ),
    ],
    [
      'base_ref',
      () =>
        textValue(
          events === 0
            ? texts.symbol('${{ github.base_ref }}')
            : texts.pick(
                isEvent(texts, triggers, 'pull_request', 'pull_request_target'),
                texts.answer(space.input('github.base_ref')),
                texts.empty,
              ),
        ),
    ],
    ['event', () => eventContext(machine, triggers, inputs)],
  ]);
  return {
    kind: 'open',
    text: texts.literal('Object'),
    get: (name) => known.get(name.toLowerCase())?.() ?? openValue(texts, `github.${name.toLowerCase()}`),
  };
}

/** `github.ref_name`. */
export function refName({ texts }: Machine): Text {
  const ref = texts.answer(refSelector(texts));
  return texts.transform(ref, NAME_OF_REF, (text) => text.replace(/^refs\/(?:heads|tags|pull)\//, '')) ?? ref;
}

/** Events whose payload has an object that the others have not. */
const PAYLOADS: Readonly<Record<string, readonly string[]>> = {
  pull_request: ['pull_request', 'pull_request_target', 'pull_request_review'],
  release: ['release'],
  workflow_run: ['workflow_run'],
};

function eventContext(machine: Machine, triggers: readonly Trigger[], inputs: Value): Value {
  const { texts } = machine;
  return {
    kind: 'open',
    text: texts.literal('Object'),
    get: (name) => {
      const lower = name.toLowerCase();
      // Texts, also of booleans: the payload has what the form sent.
      if (lower === 'inputs')
        return {
          kind: 'open',
          text: texts.literal('Object'),
          get: (input) => textValue(textOf(texts, property(texts, inputs, input))),
        };
      const events = Object.hasOwn(PAYLOADS, lower) ? PAYLOADS[lower] : undefined;
      const value = openValue(texts, `github.event.${name}`);
      if (events === undefined || triggers.length === 0) return value;
      return pickValue(texts, isEvent(texts, triggers, ...events), value, NULL);
    },
  };
}

/** The inputs that somebody who starts the workflow gives: selectors. */
export function startedInputs(machine: Machine, triggers: readonly Trigger[], scope: Scope, called: boolean): Value {
  const { texts } = machine;
  const found = new Map<string, Value>();
  for (const trigger of triggers) {
    const mine = called ? 'workflow_call' : 'workflow_dispatch';
    if (trigger.event !== mine) continue;
    const given = called ? texts.space.true : isEvent(texts, triggers, 'workflow_dispatch');
    for (const input of trigger.inputs)
      found.set(input.name, pickValue(texts, given, selectedInput(machine, input, scope), NULL));
  }
  return mapOf(found);
}

function selectedInput(machine: Machine, input: Input, scope: Scope): Value {
  const { texts } = machine;
  const { space } = texts;
  const selector = space.input(`inputs.${input.name}`);
  const fallback = input.fallback === undefined ? texts.empty : scalarText(scope, input.fallback);
  const constant = texts.constant(fallback);
  if (constant !== undefined && constant !== '') selector.mentioned.add(constant);
  for (const option of input.options) {
    selector.mentioned.add(option);
    mention(machine, option);
  }
  if (input.type === 'boolean') {
    const unset = constant === 'true' ? space.is(selector, undefined) : space.false;
    return { kind: 'boolean', when: space.or(unset, space.is(selector, 'true')) };
  }
  if (input.type === 'choice' && input.options.length > 0) return textValue(texts.answer(selector));
  return textValue(texts.pick(space.is(selector, undefined), fallback, texts.answer(selector)));
}

/** Remembers how a string is spelled. */
export function mention({ terms }: Machine, text: string): void {
  const lower = text.toLowerCase();
  const known = terms.spellings.get(lower);
  if (known === undefined) terms.spellings.set(lower, new Set([text]));
  else known.add(text);
}

/** The inputs that a caller gives, with the defaults of the others. */
export function boundInputs(
  machine: Machine,
  declared: readonly Input[],
  given: ReadonlyMap<string, Value>,
  scope: Scope,
): Value {
  const { texts } = machine;
  return mapOf(
    declared.map((input): readonly [string, Value] => {
      const fallback = (): Value =>
        input.fallback === undefined ? NULL : textValue(scalarText(scope, input.fallback));
      const value = given.get(input.name.toLowerCase()) ?? fallback();
      if (input.type !== 'boolean') return [input.name, value];
      const text = textOf(texts, value);
      const when: Condition = texts.equal(text, texts.literal('true')) ?? truth(texts, value);
      return [input.name, { kind: 'boolean', when }];
    }),
  );
}

/** `vars` and `secrets`: symbols; an environment may have its own values, so it is part of their names. */
function stored(machine: Machine, kind: 'vars' | 'secrets', environment: Text | undefined): Value {
  const { texts } = machine;
  return {
    kind: 'open',
    text: texts.literal('Object'),
    get: (given) => {
      const name = given.toUpperCase();
      const plain = `\${{ ${kind}.${name} }}`;
      if (environment === undefined || environment === texts.empty || name === 'GITHUB_TOKEN')
        return textValue(texts.symbol(plain));
      const keyed = texts.mapFlat(environment, (flat) => texts.symbol(`${plain} of ${render(flat)}`, inputsOf(flat)));
      return textValue(keyed ?? texts.symbol(`${plain} of ${render(environment)}`, inputsOf(environment)));
    },
  };
}

/** The context `env`. */
export function envContext(machine: Machine, variables: ReadonlyMap<string, EnvironmentValue>): Value {
  const { texts } = machine;
  return mapOf(
    [...variables].map(([name, { set, text }]) => [name, pickValue(texts, set, textValue(text), NULL)] as const),
  );
}

const RUNNER = mapNames(['os', 'arch', 'name', 'temp', 'tool_cache', 'debug', 'environment']);

function mapNames(names: readonly string[]): ReadonlySet<string> {
  return new Set(names);
}

function runner(machine: Machine): Value {
  const { texts } = machine;
  return {
    kind: 'open',
    text: texts.literal('Object'),
    get: (name) => (RUNNER.has(name.toLowerCase()) ? openValue(texts, `runner.${name.toLowerCase()}`) : NULL),
  };
}

/** What the jobs of a workflow can see before they run: no `env`. */
export function unitScope(unit: Unit, needs: Value, succeeded: Condition, matrix: Value = NULL): Scope {
  return scopeOf(unit.machine, `${unit.file}`, succeeded, (name) => {
    switch (name) {
      case 'github':
        return unit.github;
      case 'inputs':
        return unit.inputs;
      case 'needs':
      case 'jobs':
        return needs;
      case 'matrix':
        return matrix;
      case 'vars':
      case 'secrets':
        return stored(unit.machine, name, undefined);
      case 'strategy':
        return openValue(unit.machine.texts, name);
      default:
        return undefined;
    }
  });
}

/** What the steps of a job can see. */
export function stepScope(seat: Seat, variables: ReadonlyMap<string, EnvironmentValue>): Scope {
  const { machine } = seat.unit;
  const { texts } = machine;
  return scopeOf(machine, `${seat.file} ${seat.job.id}`, seat.alive, (name) => {
    switch (name) {
      case 'github':
        return seat.unit.github;
      case 'inputs':
        return seat.inputs;
      case 'needs':
        return seat.needs;
      case 'matrix':
        return seat.matrix;
      case 'vars':
      case 'secrets':
        return stored(machine, name, seat.environment);
      case 'env':
        return envContext(machine, variables);
      case 'steps':
        return stepsContext(seat);
      case 'runner':
        return runner(machine);
      default:
        return openValue(texts, name);
    }
  });
}

function stepsContext(seat: Seat): Value {
  const { machine } = seat.unit;
  const { texts } = machine;
  return {
    kind: 'open',
    text: texts.literal('Object'),
    get: (id) => {
      const result = seat.steps.get(id.toLowerCase());
      if (result === undefined) return NULL;
      return {
        kind: 'open',
        text: texts.literal('Object'),
        get: (name) => {
          if (name.toLowerCase() === 'outputs')
            return {
              kind: 'open',
              text: texts.literal('Object'),
              get: (output) => pickValue(texts, texts.space.assume(result.ran, seat.when), result.output(output), NULL),
            };
          return textValue(outcome(machine, result.ran, result.succeeded));
        },
      };
    },
  };
}

/** `success`, `failure` or `skipped`. */
export function outcome({ texts }: Machine, ran: Condition, succeeded: Condition): Text {
  const done = texts.pick(succeeded, texts.literal('success'), texts.literal('failure'));
  return texts.pick(ran, done, texts.literal('skipped'));
}

/** A scope whose status functions are about what ran so far. */
export function scopeOf(
  machine: Machine,
  name: string,
  succeeded: Condition,
  context: (name: string) => Value | undefined,
): Scope {
  const { space } = machine.texts;
  return {
    terms: machine.terms,
    context,
    status: (status) => {
      switch (status) {
        case 'always':
          return space.true;
        case 'success':
          return succeeded;
        case 'cancelled':
          return space.holds(space.opaque('the run is cancelled'));
        default:
          return space.holds(space.opaque(`a step before fails in ${name}`));
      }
    },
  };
}
