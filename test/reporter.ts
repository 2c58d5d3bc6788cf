import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with a line that CI reads: `12 passed, 0 failed, 1 skipped`. A module that fails to load counts as a failure. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    let failed = errors.length;
    let skipped = 0;
    for (const module of modules) {
      failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed++;
        else if (state === 'failed') failed++;
        else skipped++;
      }
    }
    const line = `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
    // After the report of the default reporter, which is written when this event is over.
    setTimeout(() => process.stdout.write(`\n${line}\n`));
  }
}
