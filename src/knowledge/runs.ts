/*
 * What a run of a pipeline says about itself (GitHub contexts, GitLab's predefined variables, and their like): which ref it
 * is for, and by which number it is told from all other runs.
 */

/** Whether an input says which ref or event a run is for: a run has one, and a commit is built for one as a rule. */
export function isRefSelector(name: string): boolean {
  return /(?:^|[._])(?:ref|ref_name|ref_type|head_ref|base_ref|event_name|branch|branch_name|sourcebranch|sourcebranchname|pipeline_source)$/i.test(
    name,
  );
}

/** Whether an expression is another one in each run: `${{ github.run_number }}`, `$CI_PIPELINE_ID`, `$BUILD_NUMBER`. */
export function isRunNumber(expression: string): boolean {
  return /(?:^|\W|_)(?:run_id|run_number|CI_PIPELINE_I?ID|CI_JOB_ID|(?:BUILD|WORKFLOW|PIPELINE|JOB)_(?:ID|NUM|NUMBER)|Build\.BuildId|Build\.BuildNumber)(?:\W|$)/i.test(
    expression,
  );
}
