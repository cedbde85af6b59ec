import { expect, test } from 'vitest'
import { checkLine } from '../../../infrastructure/cli/check-line.ts'

test('the line of a check shows its remark or its problem, but no password', () => {
  const check = { name: 'server', problem: undefined, remark: undefined }
  expect(checkLine(check)).toBe('server: ok')
  expect(checkLine({ ...check, remark: 'version 1' })).toBe('server: ok (version 1)')
  expect(checkLine({ ...check, problem: 'refused at amqp://ann:hush@host: let it in' })).toBe(
    'server: failed: refused at amqp://***@host: let it in',
  )
})
