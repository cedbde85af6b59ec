import { json, marker, scalar, text } from './json.ts'
import { list, mostly, object, oneOf } from './rule.ts'

export const email = mostly(
  oneOf(
    ...[`"${marker}1@example.com"`, `" ${marker.toUpperCase()}1@Example.com "`, `"${marker}2@example.com"`],
    ...[
      `"${marker}@\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444"`,
      `"${marker}.\u00e9@example.com"`,
      `"\u0130${marker}@example.com"`,
    ],
    ...[
      `"${marker}1@b\u00fccher.example"`,
      `"${marker}1@XN--BCHER-KVA.example"`,
      `"${marker}.e\u0301@example.com"`,
    ],
    ...[`"${marker}\u2126@example.com"`, `"${marker}@example.\uff43om"`, `"${marker}@ex\u00adample.com"`],
  ),
  oneOf(
    `"${marker}"`,
    '""',
    `"${marker}@@example.com"`,
    '1',
    'null',
    `"\\"${marker} x\\"@example.com"`,
    scalar,
  ),
)
export const phone = mostly(
  oneOf(
    '"+79000000001"',
    '"+7 (900) 000-00-01"',
    '"0079000000002"',
    '"+5491123456789"',
    '"+12015550123"',
    '"(+7) 900\u00a00000001"',
  ),
  oneOf(
    `"${marker}"`,
    '"12"',
    '"+79000000001.0"',
    '""',
    '"89000000001"',
    '"+390612345678"',
    '"+\uff17\uff19\uff10\uff10\uff10\uff10\uff10\uff10\uff10\uff10\uff11"',
    scalar,
  ),
)
export const date = mostly(
  oneOf('"1990-02-28"', '"2024-02-29T23:59:60Z"'),
  oneOf('"2023-02-29"', text, 'null'),
)
export const tag = oneOf('"a"', '"a "', '"b"', '" c,d"', '""', text)
export const tags = mostly(list(tag, 5), oneOf(scalar, list(json(1))))
export const order = object(oneOf('"id"', '"note"', '"constructor"'), json(1), 3)
export const path = mostly(
  oneOf('"city"', '"geo.lat"', '["a.b"]', '["geo","lon"]'),
  oneOf(
    '""',
    '"."',
    '[]',
    '[1]',
    '"__proto__.x"',
    '["constructor","prototype","x"]',
    '"a.b.c.d.e.f.g.h.i.j"',
    'null',
  ),
)
