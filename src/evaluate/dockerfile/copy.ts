import type { CopyStep } from '../../model/build.js';
import type { CopyInstruction, RunInstruction } from '../../syntax/dockerfile/tree.js';
import { parseBody } from '../../syntax/dockerfile/word.js';
import { spanToSource } from '../../text/mapped.js';
import type { Place } from '../../text/span.js';
import { render } from '../../value/text.js';
import { absolute, type Builder, expand, placeOf } from './builder.js';
import { fromContext, fromStage, type Mapping } from './context.js';
import { expandTemplate } from './expand.js';
import { bindMountOf } from './mount.js';
import type { ImageState } from './state.js';

/** COPY and ADD, and what they bring of the project for later scripts to be found. */
export function copyFiles(builder: Builder, instruction: CopyInstruction, state: ImageState, place: Place): void {
  const sources = instruction.sources.map((source) => expand(builder, source, state.variables, place));
  const destination =
    instruction.destination === undefined
      ? builder.texts.empty
      : expand(builder, instruction.destination, state.variables, place);
  const target = absolute(builder, destination, state);
  const from = sourceNamed(builder, instruction.flags.find((flag) => flag.name === 'from')?.value?.text);
  const stage = builder.stages.length - 1;
  const first = instruction.sources[0] ?? instruction.destination;
  const last = instruction.destination ?? first;
  const span =
    first === undefined || last === undefined
      ? instruction.span
      : {
          start: spanToSource(first, { start: 0, end: 1 }).start,
          end: spanToSource(last, { start: 0, end: last.text.length }).end,
        };
  const copy: CopyStep = {
    kind: 'copy',
    mounted: false,
    stage,
    instruction: place,
    place: placeOf(builder, span),
    when: state.live,
    runs: builder.feasible,
    ships: builder.texts.space.false,
    sources,
    destination: target,
    written: destination,
    from,
  };
  builder.steps.push(copy);
  const mappings: Mapping[] = [...state.mappings, ...mappingsOf(builder, copy, instruction, state)];
  builder.state = { ...state, mappings };
}

/** What `from` names: an earlier stage by its name or number, an image, or nothing and so the context. */
function sourceNamed(builder: Builder, name: string | undefined): CopyStep['from'] {
  if (name === undefined) return { kind: 'context' };
  const lower = name.toLowerCase();
  const index = builder.stages.findLastIndex(
    (stage, i) => i < builder.stages.length - 1 && (stage.name === lower || String(i) === name),
  );
  return index === -1 ? { kind: 'image', name } : { kind: 'stage', index, name };
}

function mappingsOf(builder: Builder, copy: CopyStep, instruction: CopyInstruction, state: ImageState): Mapping[] {
  const destination = builder.texts.constant(copy.destination);
  if (destination === undefined) return [];
  const out: Mapping[] = [];
  for (const heredoc of instruction.heredocs) {
    const text = heredoc.quoted
      ? builder.texts.literal(heredoc.body.text)
      : expandTemplate(parseBody(heredoc.body.text), builder.texts, (name) => state.variables.get(name)).text;
    const content = builder.texts.constant(text);
    const path = destination.endsWith('/') ? `${destination}${heredoc.delimiter}` : destination;
    if (content !== undefined) out.push({ destination: path, source: '', isFolder: false, content });
  }
  if (copy.from.kind === 'image') return out;
  for (const source of copy.sources) {
    const path = builder.texts.constant(source);
    if (path === undefined) continue;
    out.push(...broughtFrom(builder, copy.from, path, destination));
  }
  return out;
}

function broughtFrom(
  builder: Builder,
  from: CopyStep['from'],
  source: string,
  destination: string,
): readonly Mapping[] {
  if (from.kind === 'image') return [];
  if (from.kind === 'stage') return fromStage(builder.states[from.index]?.mappings ?? [], source, destination);
  return fromContext(source, destination, builder.input.files, builder.input.file);
}

/**
 * What bind mounts bring for the time of one RUN. A mount of another stage, or one whose source differs between
 * environments, is a step of its own: the commands read it as they read what COPY brings.
 */
export function mountFiles(
  builder: Builder,
  instruction: RunInstruction,
  state: ImageState,
  place: Place,
): readonly Mapping[] {
  return instruction.flags.flatMap(bindMountOf).flatMap((mount): readonly Mapping[] => {
    const source =
      mount.source === undefined ? builder.texts.literal('.') : expand(builder, mount.source, state.variables, place);
    const written = expand(builder, mount.target, state.variables, place);
    const target = absolute(builder, written, state);
    const name = mount.from === undefined ? undefined : expand(builder, mount.from, state.variables, place);
    const from = sourceNamed(builder, name === undefined ? undefined : render(name));
    if (from.kind === 'stage' || source.holds.size > 0)
      builder.steps.push({
        kind: 'copy',
        mounted: true,
        stage: builder.stages.length - 1,
        instruction: place,
        place: placeOf(builder, mount.span),
        when: state.live,
        runs: builder.feasible,
        ships: builder.texts.space.false,
        sources: [source],
        destination: target,
        written,
        from,
      });
    const [path, destination] = [builder.texts.constant(source), builder.texts.constant(target)];
    return path === undefined || destination === undefined ? [] : broughtFrom(builder, from, path, destination);
  });
}
