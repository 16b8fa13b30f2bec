import { useLingui } from '@lingui/react/macro'
import { ApiError } from './api.ts'

/** What to tell a person about an error: what happened and what to do, in their language. */
export function useProblemWords(): (error: unknown) => string {
  const { t } = useLingui()
  return (error) => {
    if (!(error instanceof ApiError))
      return t`Something in this page went wrong. Reload it and try again.`
    if (error.status === 0)
      return t`The server cannot be reached. Nothing you wrote is lost; try again when the connection is back.`
    if (error.code === 'unexpected-answer')
      return t`The server answered in a way this page does not understand. Reload the page: it may be older than the server.`
    if (error.code === 'passkey-cancelled') return t`No passkey was used.`
    if (error.status === 404) return t`This is not here, or not for you to see.`
    if (error.detail !== '') return error.detail
    if (error.status === 403) return t`You may not do this. Ask an owner of the business.`
    if (error.status === 429)
      return t`That was too often in a short time. Wait a minute and try again.`
    return t`The server could not do this just now. Nothing was changed; try again in a moment.`
  }
}

/** Messages by field, for forms; a message about an unknown field is left to `useProblemWords`. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {}
  return Object.fromEntries(error.fields.map((each) => [each.field, each.message]))
}
