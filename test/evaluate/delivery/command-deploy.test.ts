import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeployCommand, deployCommand } from '../../../src/evaluate/delivery/command-deploy.js';
import { deliverCommands } from '../../../src/evaluate/delivery/deliver-command.js';
import type { Delivered, Standing } from '../../../src/evaluate/delivery/delivered.js';
import { Space } from '../../../src/value/diagram.js';
import { render, type Text, Texts } from '../../../src/value/text.js';
import { filesOf } from '../makefile/run.js';

const place = { file: 'deploy.sh', start: 0, end: 1 };

/** The words of a line; `$NAME` is an unknown. */
function argvOf(texts: Texts, line: string): readonly Text[] {
  return line
    .split(' ')
    .map((word) =>
      texts.concat(
        ...word.split(/(\$[A-Z]+)/).map((part) => (part.startsWith('$') ? texts.symbol(part) : texts.literal(part))),
      ),
    );
}

function read(line: string): DeployCommand | undefined {
  const texts = new Texts(new Space());
  return deployCommand(argvOf(texts, line), texts, place);
}

/** The images that a command runs. */
function images(line: string): readonly string[] {
  const command = read(line);
  if (command?.kind === 'run') return [render(command.image.text)];
  return command?.kind === 'image' ? command.images.map(({ text }) => render(text)) : [];
}

/** The names that a command gives images: `from → to`. */
function retags(line: string): readonly string[] {
  const command = read(line);
  if (command?.kind !== 'promotions') return [];
  return command.retags.flatMap(({ from, to }) => to.map((one) => `${render(from.text)} → ${render(one.text)}`));
}

/** What lines of a script deliver. */
function delivered(files: Readonly<Record<string, string>>, lines: readonly string[], folder = ''): Delivered {
  const texts = new Texts(new Space());
  const standing: Standing = {
    texts,
    files: filesOf(files),
    folder,
    when: texts.space.true,
    chain: [],
    evidence: [],
    development: false,
    depth: 0,
  };
  return deliverCommands(
    lines.flatMap((line) => {
      const command = deployCommand(argvOf(texts, line), texts, place);
      return command === undefined ? [] : [{ command, place, standing }];
    }),
  );
}

function shown({ deployments }: Delivered): readonly string[] {
  return deployments.map(
    ({ image, evidence }) => `${render(image)} @ ${evidence.map(({ name, source }) => `${source} ${name}`).join(', ')}`,
  );
}

describe('commands that run images', () => {
  it.each([
    ['kubectl -n prod set image deployment/web web=acme/web:$TAG side=acme/side:1', ['acme/web:⟨$TAG⟩', 'acme/side:1']],
    ['kubectl set image deployment web web=$IMAGE --context=prod', ['⟨$IMAGE⟩']],
    ['kubectl run job --image=acme/job:1 --restart=Never', ['acme/job:1']],
    ['kubectl run job --image acme/job:1 --dry-run=client -o yaml', []],
    ['kubectl rollout restart deployment/web', []],
    [
      'aws lambda update-function-code --function-name f --image-uri 1.dkr.ecr.eu.amazonaws.com/f:$SHA',
      ['1.dkr.ecr.eu.amazonaws.com/f:⟨$SHA⟩'],
    ],
    ['gcloud run deploy web --image gcr.io/acme/web:$SHA --region eu', ['gcr.io/acme/web:⟨$SHA⟩']],
    [
      'az webapp config container set --name web -g rg --docker-custom-image-name acme.azurecr.io/web:1',
      ['acme.azurecr.io/web:1'],
    ],
    ['az containerapp update -n web -g rg --image acme.azurecr.io/web:1', ['acme.azurecr.io/web:1']],
    ['flyctl deploy --image acme/web:1 -a web-staging', ['acme/web:1']],
    ['heroku container:release web -a acme-prod', ['registry.heroku.com/acme-prod/web']],
    ['docker service update --image acme/web:2 web', ['acme/web:2']],
    ['docker service create --name web -p 80:80 acme/web:2 serve --x', ['acme/web:2']],
    ['docker run -d --rm --name web -e A=b acme/web:$TAG serve --image other', ['acme/web:⟨$TAG⟩']],
    ['ssh -i key deploy@prod docker run -itd -p 80:80 acme/web:1', ['acme/web:1']],
    ['nomad job run -var image=acme/web:1 web.hcl', ['acme/web:1']],
    ['docker build -t acme/web .', []],
    ['echo kubectl set image', []],
  ])('%s', (line, expected) => {
    expect(images(line)).toEqual(expected);
  });

  it('tells a container on another host from one here', () => {
    expect(read('docker -H ssh://prod run acme/web')).toMatchObject({ kind: 'run', remote: true });
    expect(read('ssh prod docker run acme/web')).toMatchObject({ kind: 'run', remote: true });
    expect(read('docker run acme/web')).toMatchObject({ kind: 'run', remote: false });
  });
});

describe('commands that give images further names', () => {
  it.each([
    ['docker tag app:$SHA app:prod', ['app:⟨$SHA⟩ → app:prod']],
    ['docker image tag $IMAGE:$SHA $IMAGE:prod', ['⟨$IMAGE⟩:⟨$SHA⟩ → ⟨$IMAGE⟩:prod']],
    [
      'docker buildx imagetools create -t app:prod --tag app:live app:testing',
      ['app:testing → app:prod', 'app:testing → app:live'],
    ],
    ['crane tag ghcr.io/acme/app:testing prod', ['ghcr.io/acme/app:testing → ghcr.io/acme/app:prod']],
    ['crane tag localhost:5000/app@sha256:00 prod', ['localhost:5000/app@sha256:00 → localhost:5000/app:prod']],
    ['crane tag $IMAGE:$SHA prod', ['⟨$IMAGE⟩:⟨$SHA⟩ → ⟨$IMAGE⟩:prod']],
    ['crane cp a/app:test b/app:prod', ['a/app:test → b/app:prod']],
    ['skopeo copy --all docker://r/app:test docker://r/app:prod', ['r/app:test → r/app:prod']],
    ['skopeo copy docker://r/app:test dir:/tmp/x', []],
    ['regctl image copy a:1 b:1', ['a:1 → b:1']],
    ['oras cp a:1 b:1', ['a:1 → b:1']],
    ['oras tag r/a:1 prod', ['r/a:1 → r/a:prod']],
    ['podman tag a:1 b:1 c:1', ['a:1 → b:1', 'a:1 → c:1']],
    ['ctr -n k8s.io images tag a:1 a:prod', ['a:1 → a:prod']],
    ['gcloud container images add-tag --quiet a:1 a:prod', ['a:1 → a:prod']],
    ['gcloud artifacts docker tags add a:1 a:prod', ['a:1 → a:prod']],
    ['aws ecr put-image --repository-name app --image-tag prod --image-manifest $MANIFEST', ['⟨$MANIFEST⟩ → app:prod']],
    [
      'az acr import --name acme --source docker.io/acme/app:1 --image app:prod',
      ['docker.io/acme/app:1 → acme.azurecr.io/app:prod'],
    ],
    ['cosign copy a:1 b:1', ['a:1 → b:1']],
    ['docker push app:prod', []],
  ])('%s', (line, expected) => {
    expect(retags(line)).toEqual(expected);
  });
});

const CHART = {
  'chart/Chart.yaml': 'name: web\nappVersion: "0.1"\n',
  'chart/values.yaml': 'image:\n  repository: acme/web\n  tag: ""\n',
  'chart/values-prod.yaml': 'image:\n  tag: stable\n',
  'chart/templates/web.yaml':
    'kind: Deployment\nspec:\n  containers:\n    - image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"\n',
};

const OVERLAYS = {
  'base/kustomization.yaml': 'resources: [web.yaml]\n',
  'base/web.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: acme/web}]}\n',
  'overlays/prod/kustomization.yaml': 'resources: [../../base]\nnamespace: acme-prod\n',
};

describe('what commands lead to', () => {
  it('gives what --set says more weight than values files', () => {
    expect(
      shown(delivered(CHART, ['helm upgrade web ./chart -n prod -f chart/values-prod.yaml --set image.tag=$SHA'])),
    ).toEqual(['acme/web:⟨$SHA⟩ @ namespace prod, values file prod']);
    expect(shown(delivered(CHART, ['helm upgrade --install web chart -f chart/values-prod.yaml']))).toEqual([
      'acme/web:stable @ values file prod',
    ]);
  });

  it('builds an overlay with the image that was set before', () => {
    const texts = new Texts(new Space());
    const standing: Standing = {
      texts,
      files: filesOf(OVERLAYS),
      folder: 'overlays/prod',
      when: texts.space.true,
      chain: [],
      evidence: [],
      development: false,
      depth: 0,
    };
    const commands = ['kustomize edit set image acme/web=ghcr.io/acme/web:$SHA', 'kubectl apply -k .'].flatMap(
      (line) => {
        const command = deployCommand(argvOf(texts, line), texts, place);
        return command === undefined ? [] : [{ command, place, standing }];
      },
    );
    const expected = ['ghcr.io/acme/web:⟨$SHA⟩ @ namespace acme-prod, overlay prod'];
    expect(shown(deliverCommands(commands))).toEqual(expected);
    // Without the second, the change is committed for a tool that watches.
    expect(shown(deliverCommands(commands.slice(0, 1)))).toEqual(expected);
  });

  it('takes what is printed and applied for one deployment, and what is only printed for none', () => {
    expect(shown(delivered(OVERLAYS, ['kustomize build overlays/prod', 'kubectl apply -f -']))).toEqual([
      'acme/web @ namespace acme-prod, overlay prod',
    ]);
    expect(shown(delivered(OVERLAYS, ['kustomize build overlays/prod']))).toEqual([]);
  });

  it('reads manifests, tasks and what Argo CD is told', () => {
    expect(shown(delivered(OVERLAYS, ['kubectl apply -f base/web.yaml -n staging']))).toEqual([
      'acme/web @ namespace staging',
    ]);
    const task = {
      'task-prod.json': '{"family": "web", "containerDefinitions": [{"name": "web", "image": "acme/web:1"}]}',
    };
    expect(shown(delivered(task, ['aws ecs register-task-definition --cli-input-json file://task-prod.json']))).toEqual(
      ['acme/web:1 @ overlay task-prod'],
    );
    expect(shown(delivered({}, ['argocd app set web-prod --kustomize-image web=acme/web:$SHA']))).toEqual([
      'acme/web:⟨$SHA⟩ @ job web-prod',
    ]);
  });

  it('takes a container for deployed only on a named host', () => {
    expect(shown(delivered({}, ['docker run --rm acme/web:1 test']))).toEqual([]);
    expect(shown(delivered({}, ['ssh prod docker run acme/web:1']))).toEqual(['acme/web:1 @ namespace prod']);
  });

  // Hard case 37.
  it('says what was promoted', () => {
    const { promotions } = delivered({}, ['crane tag app:testing prod']);
    expect(
      promotions.map(({ from, to, evidence }) => [render(from), render(to), evidence.map(({ kind }) => kind)]),
    ).toEqual([['app:testing', 'app:prod', ['production']]]);
  });
});

it('never throws, whatever the words are', () => {
  const word = fc.constantFrom(
    ...'kubectl helm docker crane aws az gcloud ssh kustomize helmfile argocd skopeo ctr set image tag -n -f --image --set a=b - -- -k . upgrade apply run edit create app $X -H --image= :@'.split(
      ' ',
    ),
    '',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 9 }), (words) => {
      expect(() => delivered(CHART, [words.join(' ')])).not.toThrow();
    }),
    { seed: 3, numRuns: 500 },
  );
});
