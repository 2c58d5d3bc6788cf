import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callersOf, deployed, notesOf, placed, type Table } from './read.js';

const WEB = (image: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: ${image}\n`;

describe('manifests', () => {
  it('finds the images of every kind of workload', () => {
    const pod =
      'spec: {initContainers: [{name: i, image: "a:1"}], containers: [{name: c, image: "b:1"}], ephemeralContainers: [{name: e, image: "c:1"}], volumes: [{name: v, image: {reference: "d:1"}}]}';
    expect(deployed({ 'k8s/pod.yaml': `apiVersion: v1\nkind: Pod\n${pod}\n` })).toEqual(['a:1', 'b:1', 'c:1', 'd:1']);
    expect(
      deployed({
        'k8s/jobs.yaml':
          'apiVersion: batch/v1\nkind: CronJob\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{image: "a:1"}]}}}}}\n---\n' +
          'apiVersion: serving.knative.dev/v1\nkind: Service\nspec: {template: {spec: {containers: [{image: "b:1"}]}}}\n---\n' +
          'apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod, spec: {containers: [{image: "c:1"}]}}]\n---\n' +
          'apiVersion: v1\nkind: ConfigMap\ndata: {image: "no:1"}\n',
      }),
    ).toEqual(['a:1', 'b:1', 'c:1']);
  });

  it('knows the environment by labels, namespace, folder and file, the strongest first', () => {
    expect(
      deployed({
        'clusters/staging-eu/web-qa.yaml':
          'apiVersion: v1\nkind: Pod\nmetadata: {namespace: acme-prod, labels: {env: blue}}\nspec: {containers: [{image: "web:dev"}]}\n',
      }),
    ).toEqual(['web:dev @ environment key blue, namespace acme-prod, overlay web-qa, overlay staging-eu, tag dev']);
    expect(deployed({ 'services/feature-flags/k8s/web.yaml': WEB('web:1') })).toEqual(['web:1']);
  });

  it('takes what a tool fills in for an unknown that equals itself', () => {
    const table = {
      'k8s/web.yaml': [
        WEB('${REGISTRY}/web:${TAG}'),
        WEB('web:$TAG'),
        WEB('IMAGE_PLACEHOLDER'),
        WEB('"{{ image }}"'),
        WEB('web:RELEASE'),
      ].join('---\n'),
    };
    expect(deployed(table)).toEqual([
      '⟨$REGISTRY⟩/web:⟨$TAG⟩',
      'web:⟨$TAG⟩',
      '⟨IMAGE_PLACEHOLDER⟩',
      '⟨{{ image }}⟩',
      'web:RELEASE',
    ]);
    const [caller] = callersOf(table);
    const [first, second] = caller?.deployments.map(({ image }) => image.pieces[image.pieces.length - 1]) ?? [];
    expect(first).toEqual(second);
  });

  // Hard case 68.
  it('keeps examples and test data apart', () => {
    expect(
      deployed({
        'examples/web.yaml': WEB('web:1'),
        'docs/k8s/web.yaml': WEB('web:2'),
        'overlays/test/web.yaml': WEB('web:3'),
      }),
    ).toEqual(['web:1 (dev)', 'web:2 (dev)', 'web:3 @ overlay test']);
  });

  it('reads task definitions of ECS', () => {
    expect(
      deployed({ 'ecs/task-prod.json': '{"containerDefinitions": [{"image": "<IMAGE1_NAME>"}, {"image": "a:1"}]}' }),
    ).toEqual(['⟨<IMAGE1_NAME>⟩ @ overlay task-prod', 'a:1 @ overlay task-prod']);
  });
});

describe('kustomize', () => {
  const base = { 'base/kustomization.yaml': 'resources: [web.yaml]\n', 'base/web.yaml': WEB('acme/web:1') };

  // Hard case 61.
  it('delivers each overlay with its own tag, and no base', () => {
    const table: Table = {
      ...base,
      'overlays/staging/kustomization.yaml': 'resources: [../../base]\nimages: [{name: acme/web, newTag: v2}]\n',
      'overlays/prod/kustomization.yaml':
        'resources: [../../base]\nnamespace: live\nimages:\n  - name: acme/web\n    newName: ghcr.io/acme/web\n    newTag: v1\n',
    };
    expect(deployed(table)).toEqual([
      'acme/web:v2 @ overlay staging',
      'ghcr.io/acme/web:v1 @ namespace live, overlay prod',
    ]);
    expect(placed(table)).toEqual(['overlays/staging/kustomization.yaml: v2', 'overlays/prod/kustomization.yaml: v1']);
  });

  it('does not let an example take the base away', () => {
    expect(deployed({ ...base, 'examples/kustomization.yaml': 'resources: [../base]\n' })).toEqual([
      'acme/web:1',
      'acme/web:1 (dev)',
    ]);
  });

  it('says where a patch of JSON inside of YAML sets the image', () => {
    const table = {
      ...base,
      'prod/kustomization.yaml':
        'resources: [../base]\npatches:\n  - target: {kind: Deployment}\n    patch: |-\n      - op: replace\n        path: /spec/template/spec/containers/0/image\n        value: acme/web:2\n',
    };
    expect(deployed(table)).toEqual(['acme/web:2 @ overlay prod']);
    expect(placed(table)).toEqual(['prod/kustomization.yaml: acme/web:2']);
  });

  it('is bounded, and says what is missing', () => {
    expect(
      notesOf({ 'a/kustomization.yaml': 'resources: [../b]\n', 'b/kustomization.yaml': 'resources: [../a]\n' }),
    ).toContain('a/kustomization.yaml: this kustomization leads back to itself: a → b → a');
    expect(notesOf({ 'kustomization.yaml': 'resources: [gone.yaml, "https://example.com/x.yaml"]\n' })).toEqual([
      'kustomization.yaml: gone.yaml is not in the project, so that what it says is not known',
    ]);
    const evil = {
      ...base,
      'prod/kustomization.yaml': 'resources: [../base]\nimages: [{name: "(a+)+(b|c)*", newTag: x}]\n',
    };
    expect(deployed(evil)).toEqual(['acme/web:1 @ overlay prod']);
    expect(notesOf(evil)).toHaveLength(1);
  });
});

describe('Helm', () => {
  const chart = (image: string, values: string): Table => ({
    'chart/Chart.yaml': 'name: web\nappVersion: "9.9"\n',
    'chart/values.yaml': values,
    'chart/templates/web.yaml': `kind: Deployment\nspec:\n  containers:\n    - name: web\n      image: ${image}\n`,
  });
  const IDIOM = '"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"';
  const VALUES = 'image: {repository: acme/web, tag: ""}\n';

  // Hard case 60.
  it('delivers a chart once for each values file of an environment', () => {
    const table = {
      ...chart(IDIOM, VALUES),
      'chart/values-prod.yaml': 'image: {tag: "1.2"}\n',
      'chart/values/staging.yaml': 'x: 1\n',
      'chart/values-aws.yaml': 'x: 1\n',
    };
    expect(deployed(table)).toEqual(['acme/web:1.2 @ values file prod', 'acme/web:9.9 @ values file staging']);
    expect(placed(table)).toEqual(['chart/values-prod.yaml: "1.2"', 'chart/Chart.yaml: "9.9"']);
    expect(deployed(chart(IDIOM, VALUES))).toEqual(['acme/web:9.9']);
  });

  it.each([
    [
      '{{ printf "%s/%s:%s" .Values.image.registry .Values.image.repository .Values.image.tag | quote }}',
      'image: {registry: r.io, repository: a, tag: 1}',
      'r.io/a:1',
    ],
    ['{{ .Values.image }}', 'image: acme/web:3', 'acme/web:3'],
    [
      '{{ with .Values.image }}{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag }}{{ end }}{{ end }}',
      'image: {repository: a, tag: 1, digest: "sha256:00"}',
      'a@sha256:00',
    ],
    [
      '{{ include "common.images.image" (dict "imageRoot" .Values.image "global" .Values.global) }}',
      'global: {imageRegistry: r.io}\nimage: {registry: x.io, repository: a, tag: 1}',
      'r.io/a:1',
    ],
    ['{{ $.Values.gone.image | default "a:1" }}', 'x: 1', 'a:1'],
    ['a:{{ .Values.tag | unheardOf }}', 'tag: 1', 'a:⟨.Values.tag | unheardOf⟩'],
  ])('%s', (image, values, expected) => {
    expect(deployed(chart(image, values))).toEqual([expected]);
  });

  it('leaves out what is switched off, and keeps both sides of what only the cluster knows', () => {
    const lines = (condition: string): string => `a:1\n{{- if ${condition} }}\n    - image: b:1\n{{- end }}`;
    expect(deployed(chart(lines('.Values.on'), 'on: false'))).toEqual(['a:1']);
    expect(deployed(chart(lines('.Values.on'), 'on: true'))).toEqual(['a:1', 'b:1']);
    expect(deployed(chart(lines('.Capabilities.APIVersions.Has "x"'), 'on: true'))).toEqual(['a:1', 'b:1']);
  });

  it('follows Argo CD, an ApplicationSet, Flux and helmfile', () => {
    const app = 'apiVersion: argoproj.io/v1alpha1\n';
    const source = (extra: string): string => `source: {path: chart, helm: {${extra}}}`;
    const parameters =
      'parameters: [{name: image.tag, value: p}], valuesObject: {image: {tag: o}}, values: "image: {tag: v}"';
    expect(
      deployed({
        ...chart(IDIOM, VALUES),
        'apps/web.yaml': `${app}kind: Application\nmetadata: {name: web}\nspec:\n  destination: {namespace: web-prod}\n  ${source(parameters)}\n`,
      }),
    ).toEqual(['acme/web:p @ namespace web-prod']);
    expect(
      deployed({
        ...chart(IDIOM, VALUES),
        'chart/values-prod.yaml': 'image: {tag: "1"}\n',
        'chart/values-qa.yaml': 'image: {tag: "2"}\n',
        'apps/set.yaml': `${app}kind: ApplicationSet\nspec:\n  generators: [{list: {elements: [{env: prod}, {env: qa}]}}]\n  template:\n    metadata: {name: web}\n    spec:\n      destination: {namespace: 'web-{{env}}'}\n      source: {path: chart, helm: {valueFiles: ['values-{{env}}.yaml']}}\n`,
      }),
    ).toEqual(['acme/web:1 @ namespace web-prod, values file prod', 'acme/web:2 @ namespace web-qa, values file qa']);
    expect(
      deployed({
        'clusters/prod/web.yaml':
          'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web}\nspec:\n  chart: {spec: {chart: podinfo}}\n  values: {image: {repository: acme/web, tag: v3}}\n',
      }),
    ).toEqual(['acme/web:v3 @ overlay prod']);
    expect(
      deployed({
        ...chart(IDIOM, VALUES),
        'env/prod.yaml': 'image: {tag: "5"}\n',
        'helmfile.yaml':
          'environments: {prod: {}, dev: {}}\nreleases:\n  - name: web\n    chart: ./chart\n    values: ["env/{{ .Environment.Name }}.yaml"]\n',
      }),
    ).toEqual([
      'acme/web:5 @ environment key prod, values file prod',
      'acme/web:9.9 @ environment key dev, values file dev',
    ]);
  });
});

it('never throws on damaged files', () => {
  const table: Table = {
    'base/kustomization.yaml':
      'resources: [web.yaml]\nimages: [{name: acme/web, newTag: v2}]\npatches: [{target: {kind: Deployment}, patch: "- {op: add, path: /a/0/b, value: x}"}]\n',
    'base/web.yaml': WEB('acme/web:${TAG}'),
    'chart/Chart.yaml': 'name: web\ndependencies: [{name: sub, repository: "file://../chart"}]\n',
    'chart/values.yaml': 'image: {repository: acme/web, tag: ""}\n',
    'chart/templates/_h.tpl': '{{- define "i" -}}{{ if .a }}{{ include "i" . }}{{ else }}x{{ end }}{{- end -}}',
    'chart/templates/web.yaml':
      'image: "{{ include "i" . }}:{{ .Values.image.tag | default (printf "%s" .Chart.Version) }}"\n{{ range $k, $v := .Values }}- image: {{ $v }}\n{{ end }}',
    'apps/set.yaml':
      'apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nspec: {generators: [{git: {directories: [{path: "*"}]}}], template: {spec: {source: {path: "{{path}}"}}}}\n',
    'helmfile.yaml': 'releases: [{name: a, chart: ./chart, values: [{a: 1}]}]\n',
  };
  const names = Object.keys(table);
  const damage = fc.record({
    name: fc.constantFrom(...names),
    at: fc.nat(200),
    length: fc.nat(20),
    put: fc.constantFrom('', '{{', '}}', '- ', ': ', '\n', '"', '{{ end }}', '[', '&a *a', '..', '\u0000'),
  });
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (all) => {
      const damaged: Record<string, string> = { ...table };
      for (const { name, at, length, put } of all) {
        const text = damaged[name] ?? '';
        damaged[name] = text.slice(0, at) + put + text.slice(at + length);
      }
      expect(() => callersOf(damaged)).not.toThrow();
    }),
    { seed: 11, numRuns: 80 },
  );
});
