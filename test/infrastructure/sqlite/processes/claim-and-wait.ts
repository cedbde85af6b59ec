import { tryClaimDataFolder } from '../../../../infrastructure/sqlite/claim-data-folder.ts'

const [folder = ''] = process.argv.slice(2)
process.stdout.write(tryClaimDataFolder(folder) === undefined ? 'refused\n' : 'claimed\n')
setInterval(() => undefined, 1000)
