import { join } from 'node:path'
import { contactGains, contactHolders } from '../application/questions/contact-holders.ts'
import { lastState, lifeOf } from '../application/questions/profile-life.ts'
import { type SearchCriteria, search } from '../application/questions/search.ts'
import { importNdjson } from '../demo/import-ndjson.ts'
import { personOf } from '../demo/people.ts'
import { seededRandom } from '../demo/random.ts'
import { customContact, emailContact, phoneContact } from '../domain/searching/contact-keys.ts'
import {
  accountTerm,
  codeTerm,
  feedbackTerm,
  fieldTerm,
  reasonTerm,
  verdictTerm,
} from '../domain/searching/search-terms.ts'
import { openSqliteLog, openSqliteReadModels } from '../infrastructure/sqlite/open-sqlite.ts'
import { systemClock } from '../infrastructure/system/system-clock.ts'
import type { BenchRun } from './bench-run.ts'
import { updates, updatesOf } from './messages.ts'

/** Milliseconds, by what is searched. */
export type SearchTimes = Readonly<Record<string, number>>

const searches = 25
/** As many as `search` prints by default. */
const limit = 50

/** The median time of a search of each kind, among as many imports as the sizes say. */
export const measureSearch = async (
  run: BenchRun,
  sizes: ReadonlyArray<number>,
): Promise<ReadonlyArray<SearchTimes>> => {
  const times: Array<SearchTimes> = []
  for (const size of sizes) {
    const dataFolder = await filled(run, size)
    run.progress(`search: asking among ${size} imports`)
    times.push(await timesIn(dataFolder, size))
  }
  return times
}

const profilesOf = (imports: number): number => Math.floor(0.3 * imports)

/** Three in ten create a profile; the others update one of these. */
const filled = async (run: BenchRun, size: number): Promise<string> => {
  const base = profilesOf(size)
  const dataFolder = await run.copyOfBase(base)
  run.progress(`search: importing ${size} messages`)
  const file = await run.writeLines(changes(size - base, base))
  await importNdjson(run.folder, dataFolder, file, join(run.folder, 'search-replies.ndjson'), {
    compiled: true,
  })
  return dataFolder
}

/** Of profile 0 more than 1,000. */
function* changes(count: number, profiles: number): Generator<Buffer> {
  yield* updates(count - 1000, profiles)
  yield* updatesOf(0, 1000)
}

const timesIn = async (dataFolder: string, size: number): Promise<SearchTimes> => {
  const log = openSqliteLog(dataFolder, { clock: systemClock, readonly: true })
  const readModels = openSqliteReadModels(dataFolder, { readonly: true })
  const ports = { ...readModels, eventStore: log.eventStore }
  try {
    const times: Record<string, number> = {}
    for (const [kind, criteriaOf] of Object.entries(kinds)) {
      const random = seededRandom(size)
      times[kind] = await median(() =>
        search(ports, rules, { ...none, ...criteriaOf(random.below(profilesOf(size))) }, limit),
      )
    }
    const gains = await contactGains(ports.searchIndex, emailContact(personOf(0).email) ?? [])
    for (const id of (await contactHolders(ports.eventStore, rules, gains)).keys())
      times['a profile of 1,000 events at a time'] = await median(() =>
        lastState(lifeOf(ports.auditIndex, ports.eventStore, id), () => true),
      )
    return times
  } finally {
    readModels.close()
    log.close()
  }
}

const median = async (measured: () => Promise<unknown>): Promise<number> => {
  const taken: Array<number> = []
  for (let i = 0; i < searches; i++) {
    const started = performance.now()
    await measured()
    taken.push(performance.now() - started)
  }
  return Number((taken.sort((a, b) => a - b)[searches >> 1] ?? 0).toFixed(1))
}

const rules = { definitionOf: () => undefined }
const none: SearchCriteria = { contacts: [], terms: [] }

const kinds: Readonly<Record<string, (n: number) => Partial<SearchCriteria>>> = {
  nothing: () => ({}),
  email: (n) => ({ contacts: [emailContact(personOf(n).email) ?? []] }),
  phone: (n) => ({ contacts: [phoneContact(personOf(n).phone) ?? []] }),
  custom: (n) => ({ contacts: [customContact('CRM_ID', personOf(n).crmId)] }),
  'custom of many': (n) => ({ contacts: [customContact('bonus', String(n % 100))] }),
  feedback_id: (n) => ({ terms: [[feedbackTerm(`create-${n}`)]] }),
  account: () => ({ terms: [[accountTerm(1)]] }),
  field: () => ({ terms: [[fieldTerm('CRM_ID')]] }),
  'nobody has it': () => ({ terms: [[reasonTerm('ProfileNotFound')]] }),
  'two that exclude each other': () => ({
    terms: [[fieldTerm('CRM_ID')], [verdictTerm('updated')], [codeTerm(0)]],
  }),
}
