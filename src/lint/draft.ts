/* What plugins yield is checked: they may be written in JavaScript, and what is wrong in one finding must not end the run. */
import type { Draft } from './rule.js';

/** What a rule gave, draft by draft; throws an error that says what is wrong with one. */
export function* draftsIn(given: unknown): Iterable<Draft> {
  if (!isIterable(given)) throw new Error('its `check` gives no list of findings');
  for (const draft of given) {
    assertDraft(draft);
    yield draft;
  }
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

function assertDraft(draft: unknown): asserts draft is Draft {
  const fault = faultOfDraft(draft);
  if (fault !== undefined) throw new Error(`it yields a finding ${fault}`);
}

function faultOfDraft(draft: unknown): string | undefined {
  if (!isRecord(draft) || !isPlace(draft.at)) return 'without `at`: a file, a start and an end';
  for (const name of ['message', 'help']) if (typeof draft[name] !== 'string') return `without the text \`${name}\``;
  const { effect, severity, confidence, related, fixes } = draft;
  if (effect !== undefined && typeof effect !== 'string') return 'with an `effect` that is no text';
  if (severity !== undefined && !['error', 'warning', 'info'].includes(String(severity)))
    return 'with `severity` other than error, warning or info';
  if (confidence !== undefined && !['proven', 'assumed', 'possible'].includes(String(confidence)))
    return 'with `confidence` other than proven, assumed or possible';
  if (related !== undefined && !isListOf(related, (one) => isPlace(one.at) && typeof one.message === 'string'))
    return 'with `related` that is no list of places with messages';
  if (fixes !== undefined && !isListOf(fixes, (one) => typeof one.title === 'string' && isListOf(one.edits, isEdit)))
    return 'with `fixes` that are no list of titles with edits';
  return undefined;
}

function isPlace(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { file, start, end } = value;
  return typeof file === 'string' && Number.isInteger(start) && Number.isInteger(end);
}

function isEdit(value: Fields): boolean {
  return isPlace(value) && typeof value.text === 'string';
}

type Fields = { readonly [name: string]: unknown };

function isListOf(value: unknown, isMember: (one: Fields) => boolean): boolean {
  return Array.isArray(value) && value.every((one) => isRecord(one) && isMember(one));
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
