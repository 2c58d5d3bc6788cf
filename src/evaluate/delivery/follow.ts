import type { CommandStep } from '../../model/build.js';
import { type Delivered, NOTHING, type Standing } from './delivered.js';

/** What commands deliver: image builds, retags, deployments, and what the files do that they call (make, compose, bake). */
export function followSteps(_steps: readonly CommandStep[], _standing: Standing): Delivered {
  return NOTHING;
}
