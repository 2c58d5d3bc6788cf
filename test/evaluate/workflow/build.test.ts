import { describe, expect, it } from 'vitest';
import { buildsAt, commandsAt, deploymentsAt, evaluate, FILE } from './run.js';

const MAIN = { 'github.ref': 'refs/heads/main' };

/** A workflow with one job of steps. */
function workflow(steps: string, on = 'on: push'): string {
  return `${on}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n${steps.replace(/^/gm, '      ')}\n`;
}

describe('docker/build-push-action', () => {
  it('reads its inputs line by line, with places', () => {
    const text = workflow(`- uses: docker/build-push-action@v6
  id: image
  with:
    context: ./app
    target: release
    build-args: |
      ENV=production
      FEATURES=a,b
    build-contexts: |
      base=docker-image://alpine
    tags: |
      acme/app:1
      acme/app:latest
    push: true`);
    const { caller } = evaluate(text);
    expect(caller.notes).toEqual([]);
    expect(buildsAt({ caller, followed: [] }, MAIN)).toEqual([
      'app/Dockerfile --target release ENV=production FEATURES=a,b acme/app:1 acme/app:latest pushed',
    ]);
    const [build] = caller.builds;
    expect(caller.texts.constant(build?.context ?? caller.texts.empty)).toBe('app');
    const lines = [...(build?.arguments ?? []), ...(build?.tags ?? [])].map(({ place }) =>
      text.slice(place.start, place.end),
    );
    expect(lines).toEqual(['ENV=production', 'FEATURES=a,b', 'acme/app:1', 'acme/app:latest']);
    expect(build?.contexts.map(({ name }) => name)).toEqual(['base']);
    expect(build?.chain.map(({ message }) => message)).toEqual(['job build', 'step docker/build-push-action@v6']);
    expect(text.slice(build?.place.start, build?.place.end)).toBe('docker/build-push-action@v6');
  });

  it('has the root as its default context, and none that is elsewhere', () => {
    const { caller } = evaluate(
      workflow(`- uses: docker/build-push-action@v6
- uses: docker/build-push-action@v6
  with:
    context: '{{defaultContext}}:web'
- uses: docker/build-push-action@v6
  with:
    context: https://github.com/acme/other.git`),
    );
    expect(caller.builds.map(({ context }) => context && caller.texts.constant(context))).toEqual([
      '',
      'web',
      undefined,
    ]);
    expect(caller.builds.map(({ dockerfile }) => caller.texts.constant(dockerfile))).toEqual([
      'Dockerfile',
      'web/Dockerfile',
      undefined,
    ]);
  });

  it('is one build for each of what its inputs may be', () => {
    const made = evaluate(
      workflow(
        `- uses: docker/build-push-action@v6
  with:
    push: \${{ github.event_name != 'pull_request' }}
    build-args: |
      ENV=\${{ github.ref == 'refs/heads/main' && 'production' || 'testing' }}
    tags: app:x`,
        'on:\n  push:\n    branches: [main, dev]\n  pull_request:',
      ),
    );
    const event = 'github.event_name';
    expect(buildsAt(made, { ...MAIN, [event]: 'push' })).toEqual(['Dockerfile ENV=production app:x pushed']);
    expect(buildsAt(made, { 'github.ref': 'refs/heads/dev', [event]: 'push' })).toEqual([
      'Dockerfile ENV=testing app:x pushed',
    ]);
    expect(buildsAt(made, { 'github.ref': 'refs/heads/other', [event]: 'push' })).toEqual([]);
    expect(buildsAt(made, { 'github.ref': 'refs/pull/7/merge', [event]: 'pull_request' })).toEqual([
      'Dockerfile ENV=testing app:x',
    ]);
  });

  it('gives its digest to a deployment (hard case 38)', () => {
    const { caller } = evaluate(`on: push
jobs:
  build:
    runs-on: ubuntu-latest
    outputs:
      digest: \${{ steps.image.outputs.digest }}
    steps:
      - uses: docker/build-push-action@v6
        id: image
        with:
          tags: acme/app
          push: true
  deploy:
    needs: build
    environment: production
    runs-on: ubuntu-latest
    steps:
      - uses: google-github-actions/deploy-cloudrun@v2
        with:
          service: app
          image: acme/app@\${{ needs.build.outputs.digest }}
`);
    const digest = caller.builds[0]?.digest;
    const image = caller.deployments[0]?.image;
    expect(digest).toBeDefined();
    expect(image).toBe(digest && caller.texts.concat(caller.texts.literal('acme/app@'), digest));
  });
});

describe('docker/metadata-action', () => {
  const made = evaluate(
    workflow(
      `- uses: docker/metadata-action@v5
  id: meta
  with:
    images: |
      acme/app
      name=ghcr.io/acme/app,enable=\${{ github.ref == 'refs/heads/main' }}
    tags: |
      type=semver,pattern={{major}}.{{minor}}
      type=ref,event=branch
      type=ref,event=pr
      type=sha
      type=raw,value=edge,enable={{is_default_branch}}
- uses: docker/build-push-action@v6
  with:
    tags: \${{ steps.meta.outputs.tags }}
    build-args: VERSION=\${{ steps.meta.outputs.version }}`,
      'on:\n  push:\n    branches: ["**"]\n    tags: ["v*"]',
    ),
  );

  it('names a branch', () => {
    expect(buildsAt(made, { 'github.ref': 'refs/heads/feature/x' })).toEqual([
      'Dockerfile VERSION=feature-x acme/app:feature-x acme/app:sha-⟨short(⟨${{ github.sha }}⟩)⟩',
    ]);
    expect(buildsAt(made, MAIN)).toEqual([
      `Dockerfile VERSION=main ${['acme/app', 'ghcr.io/acme/app']
        .map((name) => `${name}:main ${name}:sha-⟨short(⟨\${{ github.sha }}⟩)⟩ ${name}:edge`)
        .join(' ')}`,
    ]);
  });

  it('names a version, which is the latest one', () => {
    expect(buildsAt(made, { 'github.ref': 'refs/tags/v1.2.3' })).toEqual([
      'Dockerfile VERSION=1.2 acme/app:1.2 acme/app:sha-⟨short(⟨${{ github.sha }}⟩)⟩ acme/app:latest',
    ]);
    expect(buildsAt(made, { 'github.ref': 'refs/tags/v1.2.3-rc1' })).toEqual([
      'Dockerfile VERSION=1.2.3-rc1 acme/app:1.2.3-rc1 acme/app:sha-⟨short(⟨${{ github.sha }}⟩)⟩',
    ]);
  });
});

describe('other actions that build', () => {
  it('reads mr-smithers-excellent/docker-build-push', () => {
    const made = evaluate(
      workflow(`- uses: mr-smithers-excellent/docker-build-push@v6
  with:
    image: acme/app
    tags: v1, latest
    registry: ghcr.io
    dockerfile: docker/Dockerfile.prod
    buildArgs: ENV=prod,DEBUG=0`),
    );
    expect(buildsAt(made, MAIN)).toEqual([
      'docker/Dockerfile.prod ENV=prod DEBUG=0 ghcr.io/acme/app:v1 ghcr.io/acme/app:latest pushed',
    ]);
  });

  it('reads elgohr/Publish-Docker-Github-Action, whose arguments are names of variables', () => {
    const made = evaluate(
      workflow(`- uses: elgohr/Publish-Docker-Github-Action@v5
  env:
    ENV: staging
  with:
    name: acme/app
    buildargs: ENV,NONE
    tags: "latest,1"`),
    );
    expect(buildsAt(made, MAIN)).toEqual(['Dockerfile ENV=staging acme/app:latest acme/app:1 pushed']);
  });

  it('reads whoan/docker-build-with-cache-action', () => {
    const made = evaluate(
      workflow(`- uses: whoan/docker-build-with-cache-action@v5
  with:
    image_name: acme/app
    image_tag: v1
    build_extra_args: --build-arg ENV=prod --build-arg="B=2"`),
    );
    expect(buildsAt(made, MAIN)).toEqual(['Dockerfile ENV=prod B=2 acme/app:v1 pushed']);
  });

  it('asks another module for docker/bake-action', () => {
    const asked: string[] = [];
    const text = workflow(`- uses: docker/bake-action@v5
  env:
    ENV: prod
  with:
    files: docker-bake.hcl
    targets: app,web
    set: |
      *.args.A=1
    push: true`);
    evaluate(text, {}, (request, standing) => {
      const { texts } = standing;
      const read = (list: typeof request.files): string => list.map((one) => texts.constant(one)).join(' ');
      const env = request.environment('ENV');
      asked.push(
        read(request.files),
        read(request.targets),
        read(request.set.map(({ text }) => text)),
        String(request.pushed),
      );
      asked.push(env === undefined ? '' : (texts.constant(env.text) ?? ''), String(request.environment('NONE')));
      return { builds: [], deployments: [], promotions: [], notes: [], files: ['docker-bake.hcl'] };
    });
    expect(asked).toEqual(['docker-bake.hcl', 'app web', '*.args.A=1', 'true', 'prod', 'undefined']);
  });
});

describe('actions that deploy', () => {
  it('follows a rendered task definition to its deployment', () => {
    const made = evaluate(
      workflow(`- uses: aws-actions/amazon-ecr-login@v2
  id: ecr
- id: image
  run: echo "image=\${{ steps.ecr.outputs.registry }}/app:$GITHUB_SHA" >> $GITHUB_OUTPUT
- uses: aws-actions/amazon-ecs-render-task-definition@v1
  id: task
  with:
    task-definition: task.json
    image: \${{ steps.image.outputs.image }}
- uses: aws-actions/amazon-ecs-deploy-task-definition@v2
  with:
    task-definition: \${{ steps.task.outputs.task-definition }}
    service: web
    cluster: shop-prod`),
    );
    expect(deploymentsAt(made, MAIN)).toEqual([
      '⟨${{ steps.ecr.outputs.registry }}⟩/app:⟨${{ github.sha }}⟩ namespace:shop-prod=production',
    ]);
  });

  it('reads the images of azure/k8s-deploy, azure/webapps-deploy, Cloud Run and Heroku', () => {
    const made = evaluate(
      workflow(`- uses: azure/k8s-deploy@v5
  with:
    namespace: staging
    images: |
      acme/app:1
      acme/web:1
- uses: azure/webapps-deploy@v3
  with: { app-name: shop, slot-name: staging, images: acme/app:2 }
- uses: google-github-actions/deploy-cloudrun@v2
  with: { service: shop-prod, image: acme/app:3 }
- uses: akhileshns/heroku-deploy@v3
  with: { heroku_app_name: shop-uat, usedocker: true }`),
    );
    expect(deploymentsAt(made, MAIN)).toEqual([
      'acme/app:1 namespace:staging=staging',
      'acme/web:1 namespace:staging=staging',
      'acme/app:2 namespace:staging=staging',
      'acme/app:3 namespace:shop-prod=production',
      'registry.heroku.com/shop-uat/web namespace:shop-uat=staging',
    ]);
    expect(buildsAt(made, MAIN)).toEqual(['Dockerfile registry.heroku.com/shop-uat/web pushed']);
  });

  it('runs the script of appleboy/ssh-action', () => {
    const made = evaluate(
      workflow(`- uses: appleboy/ssh-action@v1
  env: { TAG: "1", OTHER: "2" }
  with:
    envs: TAG
    script: |
      docker pull acme/app:$TAG$OTHER
      docker run -d acme/app:\${{ github.sha }}`),
    );
    expect(commandsAt(made, MAIN)).toEqual(['docker pull acme/app:1', 'docker run -d acme/app:⟨${{ github.sha }}⟩']);
  });

  it('takes no container or service of a job for a deployment', () => {
    const { caller } = evaluate(`on: push
jobs:
  test:
    runs-on: ubuntu-latest
    container: acme/app:test
    services:
      db:
        image: postgres:16
    steps:
      - run: make test
`);
    expect([caller.deployments, caller.builds, caller.notes]).toEqual([[], [], []]);
    expect(caller.files).toEqual([FILE]);
  });
});
