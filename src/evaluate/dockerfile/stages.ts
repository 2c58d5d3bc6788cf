/* Which stages an image may need, told from the text alone: what is not needed is not built and cannot fail. */
import type { DockerfileTree, Instruction } from '../../syntax/dockerfile/tree.js';

/** The stages and images that an instruction copies from or mounts. */
export function usesOf({ flags }: Instruction): readonly string[] {
  return flags.flatMap(
    ({ name, value }) => (name === 'from' ? value?.text : /(?:^|,)from=([^,]+)/.exec(value?.text ?? '')?.[1]) ?? [],
  );
}

/** The stages that a target may need in some environment: what it is FROM, copies from or mounts. */
export function neededStages(tree: DockerfileTree, target: string | undefined): ReadonlySet<number> {
  const stages: { readonly name: string | undefined; readonly image: string; readonly uses: string[] }[] = [];
  for (const instruction of tree.instructions) {
    if (instruction.kind === 'from')
      stages.push({ name: instruction.alias?.name, image: instruction.image.text, uses: [] });
    stages[stages.length - 1]?.uses.push(...usesOf(instruction));
  }
  const find = (name: string, before: number): number =>
    stages.findLastIndex((stage, i) => i < before && (stage.name === name.toLowerCase() || String(i) === name));
  const needed = new Set<number>();
  const visit = (index: number): void => {
    const stage = stages[index];
    if (stage === undefined || needed.has(index)) return;
    needed.add(index);
    if (stage.image.includes('$')) for (let i = 0; i < index; i += 1) visit(i);
    else visit(find(stage.image, index));
    for (const use of stage.uses) visit(find(use, index));
  };
  visit(target === undefined ? stages.length - 1 : find(target, stages.length));
  return needed;
}
