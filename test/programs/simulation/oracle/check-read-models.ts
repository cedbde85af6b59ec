import { sameJson } from '../../../../domain/canonical-json.ts'
import { undeclared } from '../../../../domain/definitions/undeclared.ts'
import { identityKeysOf } from '../../../../domain/matching/identity-keys.ts'
import type { Profile } from '../../../../domain/profile.ts'
import { importRecordOf } from '../../../../projections/imports.ts'
import { idOfRefusals, refusalsProjection } from '../../../../projections/refusals.ts'
import type { EventLog } from '../log/event-log.ts'
import type { SimGeneration } from '../read-model/generation.ts'
import type { Outside } from '../service/outside.ts'
import { projectionsOf } from '../service/run-service.ts'
import type { Version } from '../service/versions.ts'

/** All read models equal the fold of the log: the profiles are those of the reference, and every event has a record. */
export function* checkReadModels(
  { log, readModels }: Outside,
  expected: ReadonlyArray<Profile>,
  versions: ReadonlyArray<Version>,
): Generator<string, void> {
  const [liveProfiles, liveImports] = [readModels.profiles.live(), readModels.imports.live()]
  const version = versions.find((each) => projectionsOf(each).profiles.version === liveProfiles?.version)
  if (liveProfiles === undefined || liveImports === undefined || version === undefined) {
    yield 'there is no read model of a known version'
    return
  }
  if (liveProfiles.documents.size !== expected.length)
    yield `${liveProfiles.documents.size} profiles, the log makes ${expected.length}`
  for (const profile of expected) {
    const found = liveProfiles.documents.get(profile.profile_id)
    const keys = [...identityKeysOf(profile, version.rules.definitionOf(profile) ?? undeclared)].sort()
    const isSame =
      found !== undefined &&
      sameJson(JSON.parse(JSON.stringify(found.profile)), JSON.parse(JSON.stringify(profile))) &&
      sameJson([...found.keys].sort(), keys)
    if (!isSame) yield `profile ${profile.profile_id} is not the fold of the log`
  }
  if (liveImports.documents.size !== log.events.length)
    yield `${liveImports.documents.size} import records, the log has ${log.events.length} events`
  for (const recorded of log.events) {
    const record = importRecordOf(recorded)
    if (!sameJson(liveImports.documents.get(record.importId), record))
      yield `the record of import ${record.importId} is not the fold of the log`
  }
  const expectedRefusals = refusalsProjection.fold([], log.events)
  const liveRefusals = readModels.refusals.live()
  if (liveRefusals?.documents.size !== expectedRefusals.length)
    yield `${liveRefusals?.documents.size} days of refusals, the log makes ${expectedRefusals.length}`
  for (const day of expectedRefusals) {
    if (!sameJson(liveRefusals?.documents.get(idOfRefusals(day)), day))
      yield `the refusals of ${idOfRefusals(day)} are not the fold of the log`
  }
  const liveSearch = readModels.search.live()
  // That of the profiles may be another one, built by a process of another version.
  const search = versions
    .map((each) => projectionsOf(each).search)
    .find((each) => each.version === liveSearch?.version)
  const expectedEntries = search?.fold([], log.events) ?? []
  if (liveSearch?.documents.size !== expectedEntries.length)
    yield `${liveSearch?.documents.size} entries to search, the log makes ${expectedEntries.length}`
  for (const entry of expectedEntries) {
    if (!sameJson(liveSearch?.documents.get(entry.position), entry))
      yield `the entry to search at ${entry.position} is not the fold of the log`
  }
  yield* checkRevisions(log, liveProfiles)
  yield* checkRevisions(log, liveImports)
}

function* checkRevisions<Document>(
  log: EventLog,
  { revisions }: SimGeneration<Document>,
): Generator<string, void> {
  for (const stream of log.streamNames()) {
    if (revisions.get(stream) !== log.stream(stream).length - 1)
      yield `a read model shows revision ${revisions.get(stream)} of ${stream}`
  }
}
