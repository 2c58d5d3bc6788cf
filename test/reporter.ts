import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends a run with a line that CI reads: `12 passed, 0 failed, 1 skipped`, after the names of the tests that were not run, as a
 * tool is missing here that they need. A module that fails to load counts as a failure.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    let failed = errors.length;
    const skipped: string[] = [];
    const isFiltered = process.argv.some((word) => /^(?:-t|--test-name-pattern|--testNamePattern)(?:=|$)/i.test(word));
    for (const module of modules) {
      failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed++;
        else if (state === 'failed') failed++;
        // What `-t` leaves out is not asked for.
        else if (!isFiltered) skipped.push(`not run: ${test.fullName}`);
      }
    }
    const count = skipped.length === 0 ? '' : `, ${skipped.length} skipped`;
    const line = [...skipped, `${passed} passed, ${failed} failed${count}`].join('\n');
    // After the report of the default reporter, which is written when this event is over.
    setTimeout(() => process.stdout.write(`\n${line}\n`));
  }
}
