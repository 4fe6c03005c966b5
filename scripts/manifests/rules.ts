import type { Rule } from './rule.js';
import { autoscalersFit } from './rules/autoscalers-fit.js';
import { databaseIsKnownByItsCa } from './rules/database-is-known-by-its-ca.js';
import { databasesKnowEachPart } from './rules/databases-know-each-part.js';
import { doorsAreLocked } from './rules/doors-are-locked.js';
import { filesAreMounted } from './rules/files-are-mounted.js';
import { graceCoversTheDrain } from './rules/grace-covers-the-drain.js';
import { kafkaIsSpokenToAsItListens } from './rules/kafka-is-spoken-to-as-it-listens.js';
import { peopleAreEncrypted } from './rules/people-are-encrypted.js';
import { podsAreRestricted } from './rules/pods-are-restricted.js';
import { policiesLetTheNeededThrough } from './rules/policies-let-the-needed-through.js';
import { poolsFitTheDatabase } from './rules/pools-fit-the-database.js';
import { portsAgree } from './rules/ports-agree.js';
import { probesForgive } from './rules/probes-forgive.js';
import { referencesLeadSomewhere } from './rules/references-lead-somewhere.js';
import { resourcesAreBounded } from './rules/resources-are-bounded.js';
import { selectorsSelect } from './rules/selectors-select.js';
import { variablesAreKnown } from './rules/variables-are-known.js';

/** Of what operators make of objects that an overlay hands to them. */
export const OPERATOR_RULES: readonly Rule[] = [kafkaIsSpokenToAsItListens, databaseIsKnownByItsCa];

export const RULES: readonly Rule[] = [
  podsAreRestricted,
  resourcesAreBounded,
  probesForgive,
  portsAgree,
  variablesAreKnown,
  doorsAreLocked,
  databasesKnowEachPart,
  peopleAreEncrypted,
  filesAreMounted,
  graceCoversTheDrain,
  autoscalersFit,
  poolsFitTheDatabase,
  selectorsSelect,
  policiesLetTheNeededThrough,
  referencesLeadSomewhere,
  ...OPERATOR_RULES,
];
