import { describe, expect, test } from 'vitest'
import { isTimeZone } from '../../../domain/fields/time-zone.ts'

describe('a time zone', () => {
  test.each([
    ...['Europe/Moscow', 'America/Argentina/Buenos_Aires', 'Antarctica/DumontDUrville', 'Asia/Kolkata'],
    ...['US/Pacific', 'US/Michigan', 'Asia/Calcutta', 'Asia/Saigon', 'Europe/Kiev', 'America/Coyhaique'],
    ...['EST5EDT', 'CST6CDT', 'MST7MDT', 'PST8PDT', 'EST', 'MST', 'HST', 'CET', 'EET', 'MET', 'WET'],
    ...['UTC', 'UCT', 'GMT', 'GMT+0', 'GMT-0', 'GMT0', 'Etc/GMT+12', 'Etc/GMT-14', 'Greenwich', 'Zulu'],
    ...[
      'PRC',
      'ROC',
      'ROK',
      'Universal',
      'W-SU',
      'NZ-CHAT',
      'GB-Eire',
      'Navajo',
      'Eire',
      'Japan',
      'Singapore',
    ],
  ])('is a name that IANA knows, links included, in any case: %s', (name) => {
    for (const each of [name, name.toLowerCase(), name.toUpperCase()]) expect(isTimeZone(each)).toBe(true)
  })

  // Known to Java's tables, which ICU contains, and so to some versions of Node.
  const ofJava = [
    ...[
      'ACT',
      'AET',
      'AGT',
      'ART',
      'AST',
      'BET',
      'BST',
      'CAT',
      'CNT',
      'CST',
      'CTT',
      'EAT',
      'ECT',
      'IET',
      'IST',
    ],
    ...['JST', 'MIT', 'NET', 'NST', 'PLT', 'PNT', 'PRT', 'PST', 'SST', 'VST'],
    ...[
      'AST4',
      'AST4ADT',
      'CST6',
      'CST6CDT',
      'EST5',
      'EST5EDT',
      'HST10',
      'MST7',
      'MST7MDT',
      'PST8',
      'PST8PDT',
    ]
      .concat('YST9', 'YST9YDT')
      .map((name) => `SystemV/${name}`),
  ]
  const gone = ['US/Pacific-New', 'Canada/East-Saskatchewan', 'Asia/Riyadh87', 'Mideast/Riyadh87']
  test.each([
    ...[...ofJava, ...gone, 'EDT', 'PDT', 'MSK', 'CEST', 'Etc/Unknown', 'unk', 'Etc/GMT+13', 'Etc/GMT-15'],
    ...[
      'GMT+1',
      'UTC+3',
      '+03:00',
      '-05',
      'Z',
      'posix/Europe/Berlin',
      'right/UTC',
      'localtime',
      'posixrules',
    ],
    ...[
      'Europe',
      'Europe/',
      'Mars/Olympus',
      ' UTC',
      'UTC ',
      'Europe/Moscow\0',
      '',
      'constructor',
      '__proto__',
    ],
    'Factory',
    ...['RO\u212a', 'Europe/Moscow'.repeat(10_000)],
  ])('is not %.40j', (name) => {
    expect(isTimeZone(name)).toBe(false)
  })
})
