import { escapeUnseen } from '../../domain/escape-unseen.ts'

/** A value as JSON for people, terminals and those who read lines. */
export const safeJson = (value: unknown): string => escapeUnseen(JSON.stringify(value))
