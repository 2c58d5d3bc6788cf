import { describe, expect, it } from 'vitest';
import { commandsAt, evaluate, shown } from './run.js';

const MAIN = { 'github.ref': 'refs/heads/main' };
const DEV = { 'github.ref': 'refs/heads/dev' };

/** The commands of one job. */
function steps(text: string, answers: Readonly<Record<string, string>> = MAIN, head = '', job = ''): readonly string[] {
  const made = evaluate(
    `on: push\n${head}jobs:\n  a:\n    runs-on: ubuntu-latest\n${job}    steps:\n${text.replace(/^/gm, '      ')}\n`,
  );
  expect(made.caller.notes).toEqual([]);
  return commandsAt(made, answers);
}

describe('run steps', () => {
  it('have the variables of the step before those of the job and the workflow', () => {
    const text = '- run: show $A $B $C $D\n  env: { A: step }';
    expect(
      steps(text, MAIN, 'env: { A: workflow, B: workflow, C: workflow }\n', '    env: { A: job, B: job }\n'),
    ).toEqual(['show step job workflow']);
  });

  it('pass the environment of a job on (hard case 15)', () => {
    const { followed } = evaluate(
      'on: push\njobs:\n  a:\n    env: { ENV: staging }\n    steps:\n      - run: docker build --build-arg ENV --build-arg OTHER .\n',
    );
    const [one] = followed;
    const env = one?.step.environment.get('ENV');
    expect([env?.set, env?.exported]).toEqual([one?.texts.space.true, one?.texts.space.true]);
    expect(env && one?.texts.constant(env.text)).toBe('staging');
    expect(one?.step.environment.get('OTHER')).toBeUndefined();
    expect(one?.step.environment.has('GITHUB_SHA')).toBe(true);
  });

  it('keep a prefix with its command (hard case 54)', () => {
    const { followed } = evaluate('on: push\njobs:\n  a:\n    steps:\n      - run: ENV=testing docker build .\n');
    const [one] = followed;
    expect(one?.step.words.map(({ item }) => one.texts.constant(item.text))).toEqual(['docker', 'build', '.']);
    const env = one?.step.environment.get('ENV');
    expect(env && one?.texts.constant(one.texts.assume(env.text, one.step.when))).toBe('testing');
  });

  it('replace expressions before the shell reads the script', () => {
    expect(steps("- run: show '${{ github.sha }}' \"${{ 'a b' }}\" ${{ 'a b' }} $(( ${{ 1 }} + 1 ))")).toEqual([
      'show ⟨${{ github.sha }}⟩ a b a b 2',
    ]);
    expect(steps("- run: ${{ github.ref == 'refs/heads/main' && 'make prod; push' || 'make dev' }}")).toEqual([
      'make prod',
      'push',
    ]);
    expect(steps("- run: ${{ github.ref == 'refs/heads/main' && 'make prod; push' || 'make dev' }}", DEV)).toEqual([
      'make dev',
    ]);
    expect(steps('- run: |\n    if [ "${{ github.ref_name }}" = main ]; then show yes; else show no; fi')).toEqual([
      'show yes',
    ]);
    expect(
      steps('- run: |\n    case ${{ github.ref }} in refs/heads/*) show branch;; *) show other;; esac', {
        'github.ref': 'refs/tags/1',
      }),
    ).toEqual(['show other']);
  });

  it('have places in the file, behind expressions and in blocks', () => {
    const text =
      'on: push\njobs:\n  a:\n    steps:\n      - run: |\n          first ${{ github.sha }}\n          second "${{ github.ref }}" x\n';
    const { followed } = evaluate(text);
    expect(followed.map(({ step }) => text.slice(step.place.start, step.place.end))).toEqual([
      'first ${{ github.sha }}',
      'second "${{ github.ref }}" x',
    ]);
    const words = followed[1]?.standing.chain.map(({ place }) => text.slice(place.start, place.end).split('\n')[0]);
    expect(words).toEqual(['a', 'run: |']);
  });

  it('end where a command fails, in the shell that is named', () => {
    // Only a named bash has pipefail, and only bash knows [[.
    expect(steps('- run: |\n    false | true\n    show on')).toEqual(['show on']);
    expect(steps('- run: |\n    false | true\n    show on\n  shell: bash')).toEqual([]);
    expect(steps('- run: |\n    false\n    show on')).toEqual([]);
    expect(steps('- run: |\n    false\n    show on\n  shell: bash {0}')).toEqual(['show on']);
    expect(steps('- run: if [ "$X" == "" ]; then show bash; fi', MAIN, 'env: { X: "" }\n')).toEqual(['show bash']);
    expect(
      steps('- run: if [ "$X" == "" ]; then show bash; fi', MAIN, 'env: { X: "" }\n', '    container: alpine\n'),
    ).toEqual([]);
    expect(steps('- run: |\n    false | true\n    show on', MAIN, 'defaults: { run: { shell: bash } }\n')).toEqual([]);
  });

  it('are not evaluated in other shells, which is noted, or for other programs', () => {
    const { caller, followed } = evaluate(
      'on: push\njobs:\n  a:\n    steps:\n      - { run: print(1), shell: python }\n  b:\n    runs-on: windows-latest\n    steps:\n      - run: docker build .\n',
    );
    expect(followed).toEqual([]);
    expect(caller.notes.map(({ message }) => message)).toEqual(['scripts for the shell pwsh are not evaluated']);
  });

  it('run in their working directory', () => {
    const made = evaluate(
      "on: push\ndefaults: { run: { working-directory: app } }\njobs:\n  a:\n    steps:\n      - run: one\n      - { run: two, working-directory: ./web/ }\n      - { run: three, working-directory: '${{ github.workspace }}/x' }\n      - { run: 'cd y && four' }\n",
    );
    expect(made.followed.map(({ texts, step, standing }) => [standing.folder, shown(texts, step.cwd, {})])).toEqual([
      ['app', '/app'],
      ['web', '/web'],
      ['x', '/x'],
      ['app', '/app/y'],
    ]);
  });
});

describe('outputs and variables', () => {
  it('go through the files of the runner, by one line or several', () => {
    const text = `- id: a
  run: |
    echo "one=1" >> $GITHUB_OUTPUT
    { echo "two=a"; printf 'three=%s\\n' "$GITHUB_SHA"; } >> "$GITHUB_OUTPUT"
    cat <<EOF >> $GITHUB_OUTPUT
    four=4
    EOF
    echo "five=5" | tee -a "$GITHUB_OUTPUT"
    echo "many<<END" >> $GITHUB_OUTPUT
    echo "x=1" >> $GITHUB_OUTPUT
    echo "END" >> $GITHUB_OUTPUT
    echo 'six=\${{ github.repository }}' >> $GITHUB_OUTPUT
    cat <<'EOF' >> $GITHUB_OUTPUT
    seven=\${{ github.repository }}
    EOF
- run: show \${{ join(fromJSON('["one"]'), '') }} \${{ steps.a.outputs.one }} \${{ steps.a.outputs.two }} \${{ steps.a.outputs.three }} \${{ steps.a.outputs.four }} \${{ steps.a.outputs.five }} "\${{ steps.a.outputs.many }}" \${{ steps.a.outputs.six }} \${{ steps.a.outputs.seven }}`;
    expect(steps(text).filter((command) => command.startsWith('show'))).toEqual([
      'show one 1 a ⟨${{ github.sha }}⟩ 4 5 x=1 ⟨${{ github.repository }}⟩ ⟨${{ github.repository }}⟩',
    ]);
  });

  it('differ where the script does', () => {
    const text = `- id: env
  run: |
    if [ "$GITHUB_REF" = refs/heads/main ]; then
      echo "name=production" >> $GITHUB_OUTPUT
      echo "MODE=release" >> $GITHUB_ENV
    else
      echo "name=staging" >> $GITHUB_OUTPUT
    fi
- run: show \${{ steps.env.outputs.name }} $MODE \${{ env.MODE }}`;
    const shows = (answers: Readonly<Record<string, string>>): readonly string[] =>
      steps(text, answers).filter((command) => command.startsWith('show'));
    expect(shows(MAIN)).toEqual(['show production release release']);
    expect(shows(DEV)).toEqual(['show staging']);
  });

  it('may be printed as commands, as before', () => {
    const text =
      '- id: a\n  run: |\n    docker push x\n    echo "::set-output name=image::app:$GITHUB_REF_NAME"\n- run: show ${{ steps.a.outputs.image }}';
    expect(steps(text)).toEqual(['docker push x', 'show app:main']);
  });

  it('are unknowns where nothing in the script says', () => {
    expect(
      steps('- id: a\n  run: ./version.py\n- run: show ${{ steps.a.outputs.v }} ${{ steps.none.outputs.v }}'),
    ).toEqual(['./version.py', 'show ⟨${{ steps.a.outputs.v }}⟩']);
  });

  it('are one unknown where a command prints them, also for some refs only', () => {
    const text = `- id: a
  if: github.ref == 'refs/heads/main'
  run: |
    TAG=$(git describe)
    echo "tag=$TAG" >> $GITHUB_OUTPUT
- run: show "\${{ steps.a.outputs.tag }}."`;
    expect(steps(text).at(-1)).toBe('show ⟨$(git describe)⟩.');
    const made = evaluate(`on: push\njobs:\n  a:\n    steps:\n${text.replace(/^/gm, '      ')}`);
    const last = made.followed.at(-1);
    // Nothing asks whether what it prints is empty.
    const selectors = [...(last?.step.words[1]?.item.text.holds ?? [])].map(({ name }) => name);
    expect(selectors).toEqual(['github.ref']);
  });

  it('reach the jobs that need them', () => {
    const made = evaluate(`on: push
jobs:
  a:
    outputs: { tag: '\${{ steps.t.outputs.tag }}' }
    steps:
      - { id: t, run: 'echo "tag=\${GITHUB_REF##*/}" >> $GITHUB_OUTPUT' }
  b:
    needs: a
    steps:
      - run: show \${{ needs.a.outputs.tag }} \${{ needs.a.result }} \${{ needs.c.outputs.tag }}
`);
    expect(commandsAt(made, MAIN).filter((command) => command.startsWith('show'))).toEqual(['show main success']);
  });

  it('keep two unknowns of one name apart', () => {
    const made = evaluate(`on: push
jobs:
  a:
    steps: [{ id: x, run: ./a }, { run: 'show \${{ steps.x.outputs.v }}' }]
  b:
    steps: [{ id: x, run: ./b }, { run: 'show \${{ steps.x.outputs.v }}' }]
`);
    expect(commandsAt(made, MAIN)).toEqual([
      './a',
      'show ⟨${{ steps.x.outputs.v }}⟩',
      './b',
      'show ⟨${{ steps.x.outputs.v }} (2)⟩',
    ]);
  });
});
