import { describe, inject } from 'vitest'
import { profileDirectoryContract } from '../../contract/profile-directory.ts'
import { openTwoStores } from './two-stores.ts'

describe.skipIf(inject('mongodbUrl') === undefined)('with a server', () => {
  profileDirectoryContract('MongoDB', async () => {
    const { stores, others, close } = await openTwoStores()
    return { directory: stores.profileDirectory, profiles: others.projectionStores.profiles, close }
  })
})
