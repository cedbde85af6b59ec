export const name = (suffix: string): string => `profile_importer_${suffix}`
