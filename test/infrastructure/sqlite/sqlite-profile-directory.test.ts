import { profileDirectoryContract } from '../../contract/profile-directory.ts'
import { openTwoStores } from './two-stores.ts'

profileDirectoryContract('SQLite', async () => {
  const { stores, others, close } = openTwoStores()
  return { directory: stores.profileDirectory, profiles: others.projectionStores.profiles, close }
})
