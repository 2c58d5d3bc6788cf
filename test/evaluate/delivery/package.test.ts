import { expect, it } from 'vitest';
import { memoryFiles } from '../../../src/hosts/testing.js';
import { lint, recognise } from '../../../src/index.js';

it('follows the scripts of a package.json, with those that npm runs around them', () => {
  const project = {
    Dockerfile:
      'FROM golang:1.22\nARG ENV\nCOPY . .\nRUN go build $(test "$ENV" = testing && echo -race) -o /app .\nCMD ["/app"]\n',
    'package.json': JSON.stringify(
      {
        name: 'service',
        scripts: {
          test: 'jest',
          'image:testing': 'docker build --build-arg ENV=testing -t acme/app:1 .',
          prerelease: 'docker build --build-arg ENV=production -t acme/app:1 .',
          release: 'docker push acme/app:1',
        },
      },
      null,
      2,
    ),
  };
  const files = memoryFiles(new Map(Object.entries(project)));
  expect(recognise('package.json')).toBe('delivery');
  const { findings, problems } = lint(['Dockerfile'], files, { around: ['package.json'] });
  expect(problems).toEqual([]);
  const tag = findings.find(({ rule }) => rule === 'overwritten-image-tag');
  expect(tag?.variants.map(({ when }) => when)).toEqual([
    { 'built by': ['package.json npm run image:testing'] },
    { 'built by': ['package.json npm run release'] },
  ]);
  expect(tag?.location).toMatchObject({ file: 'package.json', line: 5 });
});
