import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { kustomize } from '../../../src/evaluate/kubernetes/kustomize.js';
import { imagesOf } from '../../../src/evaluate/kubernetes/manifest.js';
import { newReading } from '../../../src/evaluate/kubernetes/reading.js';
import { Space } from '../../../src/value/diagram.js';
import { Texts } from '../../../src/value/text.js';
import { filesOf } from '../makefile/run.js';

interface Vector {
  readonly files: Readonly<Record<string, string>>;
  /** Sorted. */
  readonly images: readonly string[];
}

/**
 * Generated overlays with what `kubectl kustomize` (kustomize 5.5.0) built of them. None has a tagSuffix: that version puts it on twice,
 * which its documentation does not say.
 */
const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../../vectors/kustomize-vectors.json', import.meta.url), 'utf8'),
);

it('builds the images that kustomize builds', () => {
  expect(vectors.length).toBeGreaterThan(100);
  const wrong = vectors.flatMap(({ files, images }, index) => {
    const texts = new Texts(new Space());
    const built = kustomize(newReading(texts, filesOf(files), new Map()), 'over');
    const found = (built?.resources ?? [])
      .flatMap(({ value }) => imagesOf(texts, value).map(({ text }) => texts.constant(text) ?? '?'))
      .sort();
    return JSON.stringify(found) === JSON.stringify(images) ? [] : [{ index, files, images, found }];
  });
  expect(wrong).toEqual([]);
});
