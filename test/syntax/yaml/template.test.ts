import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../src/syntax/yaml/parse.js';
import { yamlGet, yamlText } from '../../../src/syntax/yaml/read.js';
import { maskTemplates } from '../../../src/syntax/yaml/template.js';

const get = (text: string, ...path: readonly string[]): string | undefined => {
  const tree = parseYaml(text);
  expect(tree.problems).toEqual([]);
  return yamlText(yamlGet(tree.documents[0]?.root, ...path));
};

describe('templates', () => {
  it('keeps every length and line break', () => {
    for (const text of ['a: {{ x }}', '{{ a\r\n b }}\r\nx', '  {%- if x -%}\n', '{{', '}}', '{{ {{ }} }}', '{# x #}'])
      expect([maskTemplates(text).length, maskTemplates(text).replace(/[^\r\n]/g, '')]).toEqual([
        text.length,
        text.replace(/[^\r\n]/g, ''),
      ]);
  });

  it('makes lines of their own comments', () => {
    expect(maskTemplates('a:\n  {{- if .x }}\n  b: 1\n  {{- end }}  \n{% else %}{% endif %}\n')).toBe(
      `a:\n  #${'-'.repeat(11)}\n  b: 1\n  #${'-'.repeat(11)}\n#${'-'.repeat(20)}\n`,
    );
  });

  it('reads a Helm chart around its templates', () => {
    const text = `apiVersion: v1
metadata:
  name: {{ include "app.name" . }}
  labels:
    {{- include "app.labels" . | nindent 4 }}
spec:
  {{- with .Values.x }}
  image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default "latest" }}"
  {{- end }}
  args: [{{ .Values.a | quote }}, b]
`;
    expect(get(text, 'metadata', 'name')).toBe('{{ include "app.name" . }}');
    expect(get(text, 'spec', 'image')).toBe(
      '{{ .Values.image.repository }}:{{ .Values.image.tag | default "latest" }}',
    );
  });

  it('keeps templates in blocks', () => {
    expect(get('run: |\n  echo {{ x }}\n  {{ y }}\n  done\n', 'run')).toBe('echo {{ x }}\n{{ y }}\ndone\n');
  });

  it('leaves the expressions of GitHub alone', () => {
    expect(maskTemplates('a: ${{ x }}\n${{ y }}\n')).toBe('a: ${{ x }}\n${{ y }}\n');
    expect(get('a: ${{ matrix.x }} and ${{ y }}\n', 'a')).toBe('${{ matrix.x }} and ${{ y }}');
  });

  it('takes no longer than the file is long', () => {
    const start = performance.now();
    maskTemplates('{{'.repeat(500_000));
    maskTemplates(`${'{{a}}'.repeat(100_000)} x`);
    maskTemplates('{{a}}\n'.repeat(100_000));
    maskTemplates('{% '.repeat(300_000));
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
