import type { Command } from 'commander'
import { profileById } from '../../application/questions/find-profile.ts'
import { type LastState, type LifeStep, lastState, lifeOf } from '../../application/questions/profile-life.ts'
import { sourcesOf } from '../../application/questions/profile-sources.ts'
import { type ProfileId, profileIdCodec } from '../../domain/ids.ts'
import type { Stores } from '../composition-root/stores.ts'
import { CommandFailed, type CommonOptions, reading, UsageError } from './command-context.ts'
import { changesLine, profileLine, sourceLine } from './format-profile.ts'
import { liveGeneration } from './live-generation.ts'
import { print } from './output.ts'
import { time, wholeNumber } from './parse-options.ts'

interface ProfileOptions extends CommonOptions {
  readonly at?: string
  readonly revision?: number
  readonly changes?: true
  readonly sources?: true
  readonly since?: string
  readonly until?: string
}

export const addProfile = (command: Command): Command =>
  command
    .command('profile')
    .summary('print a profile: its state now or earlier, its changes, or where its values come from')
    .description(
      'Prints the current state of a profile from the read model, or answers a question about its past from its ' +
        'events. Exits with 1 if there is no such profile.',
    )
    .argument('<id>', 'profile id: 24 hex digits')
    .option(
      '--at <time>',
      'the state at this time, such as 2026-01-31T12:00:00+01:00 or 2026-01-31 (midnight UTC)',
      time,
    )
    .option(
      '--revision <n>',
      'the state after the event with this revision in the stream of its database, or the last before it',
      wholeNumber,
    )
    .option(
      '--changes',
      'each of its events, oldest first: when, by which import, and the values before and after',
    )
    .option('--sources', 'each of its values: which import set it, when, and the value before')
    .option('--since <time>', 'with --changes: only at or after this time', time)
    .option('--until <time>', 'with --changes: only before this time', time)
    .action((id: string, options: ProfileOptions) => {
      const profileId = id.toLowerCase()
      if (!profileIdCodec.is(profileId)) throw new UsageError(['profile id: must be 24 hex digits'])
      requireOneQuestion(options)
      return reading(options, (stores) => answer(stores, profileId, options))
    })

/** @throws UsageError */
const requireOneQuestion = ({ at, revision, changes, sources, since, until }: ProfileOptions): void => {
  if ([at, revision, changes, sources].filter((option) => option !== undefined).length > 1)
    throw new UsageError(['give only one of --at, --revision, --changes, --sources'])
  if ((since ?? until) !== undefined && changes === undefined)
    throw new UsageError([`${since === undefined ? '--until' : '--since'} requires --changes`])
}

const answer = async (stores: Stores, profileId: ProfileId, options: ProfileOptions): Promise<void> => {
  const { profileDirectory, auditIndex, eventStore, projections, projectionStores } = stores
  const { at, revision, changes, sources } = options
  if ((at ?? revision ?? changes ?? sources) === undefined) {
    await liveGeneration(projections.profiles, projectionStores.profiles)
    const profile = await profileById(profileDirectory, auditIndex, profileId)
    if (profile === undefined) throw noSuchProfile()
    return print(profileLine(profile))
  }
  await liveGeneration(projections.imports, projectionStores.imports)
  const life = lifeOf(auditIndex, eventStore, profileId)
  if (at !== undefined) return printState(await lastState(life, isBy(at)), 'at that time')
  if (revision !== undefined)
    return printState(await lastState(life, (step) => step.revision <= revision), 'at that revision')
  return changes ? printChanges(life, options) : printSources(life)
}

const noSuchProfile = () => new CommandFailed('no such profile')

const printState = async ({ existed, state }: LastState, when: string): Promise<void> => {
  if (!existed) throw noSuchProfile()
  if (state === undefined) throw new CommandFailed(`the profile did not exist ${when}`)
  await print(profileLine(state))
}

const printChanges = async (
  life: AsyncIterable<LifeStep>,
  { since, until }: ProfileOptions,
): Promise<void> => {
  let existed = false
  for await (const step of life) {
    existed = true
    if (since !== undefined && isBefore(since)(step)) continue
    if (until !== undefined && !isBefore(until)(step)) continue
    await print(changesLine(step))
  }
  if (!existed) throw noSuchProfile()
}

const printSources = async (life: AsyncIterable<LifeStep>): Promise<void> => {
  const sources = await sourcesOf(life)
  if (sources === undefined) throw noSuchProfile()
  for (const { field, ...source } of sources.fields)
    await print({ field, value: source.value, ...sourceLine(source) })
  for (const source of sources.subscriptions)
    await print({ subscription: source.value, ...sourceLine(source) })
}

const timeOf = ({ event }: LifeStep): number => Date.parse(event.public.time)
const isBefore = (limit: string) => (step: LifeStep) => timeOf(step) < Date.parse(limit)
const isBy = (limit: string) => (step: LifeStep) => timeOf(step) <= Date.parse(limit)
