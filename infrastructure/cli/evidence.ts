import type { Command } from 'commander'
import { comparePositions, type Position } from '../../application/ports/position.ts'
import { type EvidenceQuery, evidenceOf } from '../../application/questions/evidence.ts'
import { explain } from '../../application/questions/explain.ts'
import { lifeOf } from '../../application/questions/profile-life.ts'
import { sourcesOf } from '../../application/questions/profile-sources.ts'
import { type ImportId, type ProfileId, profileIdCodec } from '../../domain/ids.ts'
import { digestOf } from '../backup/durable-file.ts'
import type { Stores } from '../composition-root/stores.ts'
import { systemClock } from '../system/system-clock.ts'
import { version } from '../system/version.ts'
import { CommandFailed, type CommonOptions, reading, UsageError } from './command-context.ts'
import { type EvidencePage, writeEvidencePage } from './evidence-page.ts'
import { explanationLine } from './format-event.ts'
import { sourceLine } from './format-profile.ts'
import { interruptible } from './interruptible.ts'
import { liveGeneration } from './live-generation.ts'
import { print } from './output.ts'
import { writeOutput } from './output-option.ts'
import { importId } from './parse-options.ts'

interface EvidenceOptions extends CommonOptions {
  readonly profile?: string
  readonly import?: ImportId
  readonly to: string
}

export const addEvidence = (command: Command): Command =>
  command
    .command('evidence')
    .summary('write what the log holds of a profile or an import into one file')
    .description(
      'Writes a new HTML file to read, print and hand on, with every event that created or changed a profile, or with ' +
        'an import, its repetitions and replays: messages, changes, replies, positions and SHA-256 sums, and the same ' +
        'as JSON inside. It has no scripts and fetches nothing. Only its owner may read it. Prints its SHA-256. Exits ' +
        'with 1 if there is no such profile or import.',
    )
    .option('--profile <id>', 'profile id')
    .option('--import <id>', 'import id', importId)
    .requiredOption('--to <file>', 'the new file')
    .action((options: EvidenceOptions) => {
      const query = queryOf(options)
      const { to } = options
      return reading(options, (stores) =>
        interruptible(async (stop) => {
          await liveGeneration(stores.projections.imports, stores.projectionStores.imports)
          const page = await pageOf(stores, query, stop)
          const events = await writeOutput('--to', to, (file) => writeEvidencePage(file, page))
          await print({ file: to, events, ...digestOf(to) })
        }),
      )
    })

const queryOf = ({ profile, import: imported }: EvidenceOptions): EvidenceQuery => {
  if ((profile === undefined) === (imported === undefined))
    throw new UsageError(['give exactly one of --profile, --import'])
  if (imported !== undefined) return { by: 'import', importId: imported }
  const profileId = profile?.toLowerCase()
  if (!profileIdCodec.is(profileId)) throw new UsageError(['--profile: must be 24 hex digits'])
  return { by: 'profile', profileId }
}

/** @throws CommandFailed if there is no such profile or import */
const pageOf = async (stores: Stores, query: EvidenceQuery, stop: AbortSignal): Promise<EvidencePage> => {
  const { auditIndex, eventStore } = stores
  const [log, end] = [await eventStore.readIdentity(), await eventStore.end()]
  async function* entries() {
    for await (const entry of evidenceOf(auditIndex, eventStore, query, end)) {
      stop.throwIfAborted()
      yield entry
    }
  }
  const made = {
    'made at': new Date(systemClock.now()).toISOString(),
    'made by': `profile-importer ${version()}`,
    log:
      log === undefined
        ? 'without identity'
        : `${log.log_id}, epoch ${log.epoch}, read up to position ${end}`,
  }
  if (query.by === 'import') {
    const explanation = await explain(auditIndex, eventStore, query.importId)
    if (explanation === undefined) throw new CommandFailed('no such import')
    const about = { import: query.importId, ...made }
    const more = { import: explanationLine(explanation) }
    return { title: `Import ${query.importId}`, about, log, values: undefined, more, entries }
  }
  for await (const _ of entries()) {
    const about = { profile: query.profileId, ...made }
    const values = await valuesOf(stores, query.profileId, end)
    return { title: `Profile ${query.profileId}`, about, log, values, more: {}, entries }
  }
  throw new CommandFailed('no such profile')
}

/** As `profile --sources` prints them. */
const valuesOf = async ({ auditIndex, eventStore }: Stores, profileId: ProfileId, end: Position) => {
  async function* life() {
    for await (const step of lifeOf(auditIndex, eventStore, profileId))
      if (comparePositions(step.position, end) <= 0) yield step
  }
  const sources = await sourcesOf(life())
  return [
    ...(sources?.fields ?? []).map(({ field, ...source }) => ({
      field,
      value: source.value,
      ...sourceLine(source),
    })),
    ...(sources?.subscriptions ?? []).map((source) => ({
      subscription: source.value,
      ...sourceLine(source),
    })),
  ]
}
