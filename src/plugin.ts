/** All that a rule may import; public as `envariant/plugin`. */

export { ambientOf, ambientVariable } from './knowledge/ambient.js';
export { type EnvironmentKind, environmentOf, isBuildToggle, isEnvironmentSelector } from './knowledge/environments.js';
export { absenceFact, type FlagFact, flagFactsOf, flagOf, variableFact } from './knowledge/flags.js';
export {
  type Answer,
  describeCall,
  isNeutralWord,
  type Option,
  type Parsed,
  type ReadEnv,
  type Role,
  type Tool,
  type ToolCall,
  type ToolTable,
  takesValue,
  type Verdict,
} from './knowledge/tools.js';
export type { Divergence } from './lint/build-pairs.js';
export type { BundleSubject } from './lint/bundle.js';
export { argumentPlaces, argumentText, callerName, differingArguments } from './lint/callers.js';
export { commandText, environmentByDefault, type ImplicitRead, textByDefault, wordsByDefault } from './lint/command.js';
export type { DeployedStageSubject } from './lint/deployed-stages.js';
export { isForDevelopment } from './lint/desk.js';
export type { Value } from './lint/divergence.js';
export { isEnvironmental, isInput, type Selecting } from './lint/environment.js';
export type { Edit, Fix } from './lint/fix.js';
export type { FormatContext, Formatter, RuleDescription } from './lint/formatter.js';
export type { ImageSubject } from './lint/image-builds.js';
export type { Part, PartDifference } from './lint/images.js';
export { type InstrumentedBuild, isWorkFile } from './lint/instrumented.js';
export { modeOption } from './lint/mode.js';
export type { OptionTable, OptionValues, RuleOption, RuleOptions } from './lint/options.js';
export { fixRead, listed, withFlag } from './lint/phrase.js';
export { definePlugin, type Plugin, type PluginEnvironments } from './lint/plugin.js';
export type { PromotionSubject } from './lint/promotions.js';
export type * from './lint/report.js';
export {
  type AnyRule,
  type Category,
  type Draft,
  defineRule,
  type Rule,
  type RuleContext,
} from './lint/rule.js';
export type { SiblingSubject } from './lint/siblings.js';
export type {
  Base,
  BuildSubject,
  CopiedFiles,
  Dependencies,
  Program,
  ProgramOption,
  Setting,
  Steps,
  Subject,
} from './lint/subjects.js';
export { choosesFiles, differsOnlyByReads, lacksCompiler, varyingReads } from './lint/subjects.js';
export { withoutConditionalFlags } from './lint/suggest.js';
export type { TagSubject } from './lint/tags.js';
export { wrongTraps } from './lint/traps.js';
export type { Build, BuildArgument, CommandStep, ShellTrap, VariableRead } from './model/build.js';
export type { Bundle, BundleSetting } from './model/bundle.js';
export type { BoundBuild, Deployment } from './model/delivery.js';
export type { Place } from './text/span.js';
export { type Condition, type Selector, supportOf } from './value/diagram.js';
export { render, symbolsOf, type Text, type TextSymbol } from './value/text.js';
