import { describe, expect, it } from 'vitest';
import type { PlannedBuild, ProjectPlan } from '../../src/lint/report.js';
import { renderDot, renderMermaid } from '../../src/report/graph.js';
import { renderProjectPlan } from '../../src/report/project-plan.js';

const at = (file: string, line: number) => ({ file, line, column: 1, endLine: line, endColumn: 2 });
const build = (env: string, contents: string): PlannedBuild => ({
  caller: `Makefile make ${env}`,
  location: at('Makefile', 3),
  chain: [],
  arguments: [
    { name: 'ENV', kind: 'passed', value: env, matters: true },
    { name: 'VERSION', kind: 'unknown', value: '⟨$V⟩', matters: false },
  ],
  tags: [`app:${env}`],
  environments: [{ name: env, kind: env, source: 'build argument', location: at('Makefile', 3) }],
  development: false,
  pushed: true,
  contents,
});
const sample: ProjectPlan = {
  version: 1,
  images: [
    {
      dockerfile: 'Dockerfile',
      stage: 'ship',
      known: true,
      builds: [build('testing', 'A'), build('production', 'B')],
      retags: [{ from: 'app:testing', to: 'app:live', location: at('r.sh', 1), environments: [], builds: [0] }],
      deployments: [
        {
          by: 'deployment web',
          image: 'app:live',
          location: at('web.yaml', 9),
          environments: [{ name: 'prod-eu', kind: 'production', source: 'namespace', location: at('web.yaml', 2) }],
          development: false,
          builds: [0],
          through: [at('r.sh', 1)],
        },
      ],
      differences: [{ builds: [0, 1], location: at('Dockerfile', 4), values: ['go build -race .', 'go build .'] }],
    },
  ],
  retags: [],
  deployments: [],
  problems: [],
};

describe('the plan of a project as text', () => {
  it('has builds, differences, names and environments', () => {
    expect(`\n${renderProjectPlan(sample, { width: 80, colour: false, all: false })}`).toMatchInlineSnapshot(`
      "
      1 image, 2 builds, 1 deployment

      Dockerfile, stage ship: 2 builds make 2 different images
        1A  Makefile make testing (Makefile:3)
            with ENV=testing
            and  1 argument that tells no environments apart
            as   app:testing
            for  testing (build argument at Makefile:3)
        2B  Makefile make production (Makefile:3)
            with ENV=production
            and  1 argument that tells no environments apart
            as   app:production
            for  production (build argument at Makefile:3)

        1A and 2B differ at Dockerfile:4
          1A → go build -race .
                        ~~~~~
          2B → go build .

        retags
          app:testing → app:live: build 1A (r.sh:1)

        runs
          app:live, deployment web, for prod-eu (production, namespace at
            web.yaml:2): build 1A retagged at r.sh:1 (web.yaml:9)

        environment  made by build                   runs build
        production   2B                              1A
        testing      1A                              –
      "
    `);
  });

  it.each([40, 80, 100])('keeps to %i columns, and colour changes nothing but colour', (width) => {
    const plain = renderProjectPlan(sample, { width, colour: false, all: true });
    expect(Math.max(...plain.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
    const coloured = renderProjectPlan(sample, { width, colour: true, all: true });
    expect(coloured).toContain('\u001b[');
    const words = (text: string) =>
      text
        .split('\u001b')
        .map((part, i) => (i === 0 ? part : part.replace(/^\[[\d;]*m/, '')))
        .join('')
        .replace(/~+/g, '')
        .replace(/\s+/g, ' ');
    expect(words(coloured)).toBe(words(plain));
  });
});

describe('the plan of a project as a graph', () => {
  it('is a flowchart of Mermaid', () => {
    expect(`\n${renderMermaid(sample)}`).toMatchInlineSnapshot(`
      "
      flowchart LR
        n1[["Dockerfile stage ship A"]]
        n2[["Dockerfile stage ship B"]]
        n3["Makefile make testing"]
        n4("app:testing")
        n5["Makefile make production"]
        n6("app:production")
        n7("app:live")
        n8{{"production"}}
        n3 -->|"ENV=testing"| n1
        n1 --> n4
        n5 -->|"ENV=production"| n2
        n2 --> n6
        n4 -.->|"retag"| n7
        n7 -->|"deployment web"| n8
      "
    `);
  });

  it('is a digraph of Graphviz', () => {
    expect(`\n${renderDot(sample)}`).toMatchInlineSnapshot(`
      "
      digraph project {
        rankdir=LR;
        n1 [shape=box3d, label="Dockerfile stage ship A"];
        n2 [shape=box3d, label="Dockerfile stage ship B"];
        n3 [shape=box, label="Makefile make testing"];
        n4 [shape=ellipse, label="app:testing"];
        n5 [shape=box, label="Makefile make production"];
        n6 [shape=ellipse, label="app:production"];
        n7 [shape=ellipse, label="app:live"];
        n8 [shape=hexagon, label="production"];
        n3 -> n1 [label="ENV=testing"];
        n1 -> n4;
        n5 -> n2 [label="ENV=production"];
        n2 -> n6;
        n4 -> n7 [label="retag", style=dashed];
        n7 -> n8 [label="deployment web"];
      }
      "
    `);
  });

  it('lets no name out of its quotes', () => {
    const name = 'a"]; end\n\\<b>#35;`|&';
    const plan = { ...sample, retags: [{ from: name, to: 'x', location: at('r.sh', 1), environments: [] }] };
    expect(renderMermaid(plan)).toContain('("a#34;#93;#59; end␊#92;#60;b#62;#35;35#59;#96;#124;#38;")');
    expect(renderDot(plan)).toContain('label="a\\"]; end␊\\\\<b>#35;`|&amp;"');
  });
});
