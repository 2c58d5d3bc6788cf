/*
 * The picture of a project as a graph: callers build images, images get tags, tags get other tags and run in environments.
 * One stage is one node for each of its contents (`Dockerfile A`, `Dockerfile B`), so that what is built apart is drawn
 * apart. The names in it are strangers' and end up in quoted labels of two languages; nodes have ids of our own.
 */
import type { PlannedBuild, PlannedImage, ProjectPlan } from '../lint/report.js';
import { visible } from './cells.js';
import { environmentsOf } from './project-plan.js';

interface Node {
  readonly id: string;
  readonly kind: NodeKind;
  readonly label: string;
}

type NodeKind = 'caller' | 'image' | 'tag' | 'environment';

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** A name that is given afterwards. */
  readonly retag: boolean;
}

interface Graph {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

/** Where an image runs when nothing says which environment that is. */
const SOMEWHERE = 'an environment without a name';

/** Nodes and edges of a project, each once, in the order of the plan. */
class Drawing {
  readonly #nodes = new Map<string, Node>();
  readonly #edges = new Map<string, Edge>();

  node(kind: NodeKind, label: string): string {
    const key = `${kind} ${label}`;
    const known = this.#nodes.get(key);
    if (known !== undefined) return known.id;
    const made = { id: `n${this.#nodes.size + 1}`, kind, label };
    this.#nodes.set(key, made);
    return made.id;
  }

  edge(from: string, to: string, label: string, retag = false): void {
    if (from !== to) this.#edges.set(`${from} ${to} ${label} ${retag}`, { from, to, label, retag });
  }

  graph(): Graph {
    return { nodes: [...this.#nodes.values()], edges: [...this.#edges.values()] };
  }
}

function graphOf(plan: ProjectPlan): Graph {
  const drawing = new Drawing();
  const runs = (image: string, by: string, environments: readonly string[]): void => {
    for (const name of environments.length === 0 ? [SOMEWHERE] : environments)
      drawing.edge(drawing.node('tag', image), drawing.node('environment', name), by);
  };
  for (const image of plan.images) {
    const nodes = image.builds.map((build) => drawing.node('image', imageName(image, build)));
    if (nodes.length === 0) drawing.node('image', imageName(image, undefined));
    image.builds.forEach((build, index) => {
      const node = nodes[index] ?? '';
      drawing.edge(drawing.node('caller', build.caller), node, argumentsOf(build));
      for (const tag of build.tags) drawing.edge(node, drawing.node('tag', tag), '');
    });
    const names = new Set([...image.builds.flatMap(({ tags }) => tags), ...image.retags.map(({ to }) => to)]);
    // What is named in another way than it was built (a digest, another spelling) comes right from the image.
    const link = (name: string, builds: readonly number[]): void => {
      if (names.has(name)) return;
      for (const index of builds) drawing.edge(nodes[index] ?? '', drawing.node('tag', name), '');
    };
    for (const { from, to, builds } of image.retags) {
      link(from, builds);
      drawing.edge(drawing.node('tag', from), drawing.node('tag', to), 'retag', true);
    }
    for (const { image: name, builds, by, environments, development } of image.deployments) {
      link(name, builds);
      runs(name, by, environmentsOf(environments, development));
    }
  }
  for (const { from, to } of plan.retags)
    drawing.edge(drawing.node('tag', from), drawing.node('tag', to), 'retag', true);
  for (const { image, by, environments, development } of plan.deployments)
    runs(image, by, environmentsOf(environments, development));
  return drawing.graph();
}

function imageName({ dockerfile, stage }: PlannedImage, build: PlannedBuild | undefined): string {
  return [
    dockerfile,
    ...(stage === null ? [] : [`stage ${stage}`]),
    build?.contents ?? (build === undefined ? '' : '?'),
  ]
    .join(' ')
    .trimEnd();
}

function argumentsOf({ arguments: all }: PlannedBuild): string {
  return all
    .filter(({ matters, kind }) => matters && kind !== 'unset')
    .map(({ name, value }) => `${name}=${value ?? ''}`)
    .join(' ');
}

/** The picture of a project as a flowchart of Mermaid. */
export function renderMermaid(plan: ProjectPlan): string {
  const { nodes, edges } = graphOf(plan);
  const shape = ({ kind, label }: Node): string => {
    const text = mermaidText(label);
    switch (kind) {
      case 'caller':
        return `[${text}]`;
      case 'image':
        return `[[${text}]]`;
      case 'tag':
        return `(${text})`;
      case 'environment':
        return `{{${text}}}`;
    }
  };
  const lines = [
    'flowchart LR',
    ...nodes.map((node) => `  ${node.id}${shape(node)}`),
    ...edges.map(
      ({ from, to, label, retag }) =>
        `  ${from} ${retag ? '-.->' : '-->'}${label === '' ? '' : `|${mermaidText(label)}|`} ${to}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** Mermaid writes characters in quotes by their numbers; a label is never Markdown, HTML or a directive. */
function mermaidText(label: string): string {
  const text = visible(label).replace(/["#<>&`\\;%[\]{}()|]/g, (found) => `#${found.codePointAt(0)};`);
  return `"${text === '' ? ' ' : text}"`;
}

/** The picture of a project in the language of Graphviz. */
export function renderDot(plan: ProjectPlan): string {
  const { nodes, edges } = graphOf(plan);
  const shapes: { readonly [kind in NodeKind]: string } = {
    caller: 'box',
    image: 'box3d',
    tag: 'ellipse',
    environment: 'hexagon',
  };
  const lines = [
    'digraph project {',
    '  rankdir=LR;',
    ...nodes.map(({ id, kind, label }) => `  ${id} [shape=${shapes[kind]}, label=${dotText(label)}];`),
    ...edges.map(({ from, to, label, retag }) => {
      const attributes = [...(label === '' ? [] : [`label=${dotText(label)}`]), ...(retag ? ['style=dashed'] : [])];
      return `  ${from} -> ${to}${attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`};`;
    }),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

/** In labels, a backslash would begin an escape of Graphviz, and `&` an entity of HTML. */
function dotText(label: string): string {
  return `"${visible(label).replace(/[\\"]/g, '\\$&').replaceAll('&', '&amp;')}"`;
}
