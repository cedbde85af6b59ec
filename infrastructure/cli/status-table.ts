import { positionText } from '../../application/ports/position.ts'
import { counted } from '../text/counted.ts'
import { bytesText, durationText } from '../text/quantities.ts'
import { tableLines } from '../text/table.ts'
import type { PartStatus, ReadModelStatus, StatusFacts } from './status-facts.ts'

/** The facts for a terminal. */
export const statusTable = (facts: StatusFacts): ReadonlyArray<string> => [
  ...tableLines(about(facts)),
  '',
  ...tableLines([
    ['part', 'checkpoint', 'behind', 'by', 'documents', 'generation', 'version'],
    ...readModelRows(facts),
    facts.replies === null
      ? ['replies', 'none yet']
      : ['replies', ...partCells(facts.replies, facts.lag_unit)],
  ]),
]

const about = ({ log, data, service, broker, readModels, pass_over }: StatusFacts) => {
  const rows: Array<[string, string]> = [
    [
      'log',
      `${log.log_id ?? 'without an id'}, epoch ${log.epoch ?? 1}, end ${log.end || 'at the beginning'}`,
    ],
    ...forkRows(log.forks ?? []),
    ['data folder', `${data.folder}: ${spaceText(data)}`],
    ['service', service === null ? 'not running' : holderText(service)],
  ]
  if (broker !== null) rows.push(['broker', brokerText(broker)])
  if ('trouble' in readModels) rows.push(['read models', `unknown: ${readModels.trouble}`])
  else {
    const places = readModels.unreadable.examples.map(({ position }) => position).join(', ')
    rows.push([
      'unreadable',
      counted(readModels.unreadable.events, 'event') + (places === '' ? '' : `, at ${places}`),
    ])
  }
  if (pass_over.length > 0) rows.push(['pass over', pass_over.join(', ')])
  return rows
}

const forkRows = (forks: NonNullable<StatusFacts['log']['forks']>): Array<[string, string]> =>
  forks.map(({ epoch, after, time }) => [
    'fork',
    `epoch ${epoch} goes on from ${positionText(after)}, restored at ${time}`,
  ])

const spaceText = ({ bytes, free_bytes }: StatusFacts['data']): string =>
  bytes === null || free_bytes === null
    ? 'no such folder'
    : `${bytesText(bytes)} used, ${bytesText(free_bytes)} free`

const holderText = ({ pid, version, since }: NonNullable<StatusFacts['service']>): string =>
  `process ${pid}, version ${version}, since ${since}`

const brokerText = (broker: NonNullable<StatusFacts['broker']>): string =>
  'trouble' in broker
    ? `unknown: ${broker.trouble}`
    : broker.queues
        .map(
          ({ name, messages }) => `${name}: ${messages === null ? 'missing' : counted(messages, 'message')}`,
        )
        .join(', ')

const partCells = ({ checkpoint, lag, lag_seconds }: PartStatus, unit: StatusFacts['lag_unit']) => [
  checkpoint || 'beginning',
  counted(lag, unit.slice(0, -1)),
  lag_seconds === null ? 'unknown' : durationText(lag_seconds),
]

const readModelRows = ({ readModels, lag_unit }: StatusFacts): ReadonlyArray<ReadonlyArray<string>> =>
  'trouble' in readModels
    ? []
    : Object.entries(readModels.read_models).map(([name, status]) =>
        status === null ? [name, 'not built yet'] : readModelRow(name, status, lag_unit),
      )

const readModelRow = (name: string, status: ReadModelStatus, unit: StatusFacts['lag_unit']) => [
  name,
  ...partCells(status, unit),
  String(status.documents),
  [
    String(status.generation),
    ...status.building.map(({ id, checkpoint }) => `${id} at ${checkpoint || 'beginning'}`),
  ].join(', building '),
  status.version,
]
