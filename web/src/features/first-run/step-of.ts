import type { SessionView } from '../../../../contract/session.ts'

export type Step = 'owner' | 'sign-in' | 'factor' | 'hours' | 'channel' | 'inbox'

/** Which step of the first run comes next, from what the server says is left. */
export function stepOf(session: Pick<SessionView, 'stage' | 'setupLeft'>): Step {
  switch (session.stage) {
    case 'set-up':
      return 'owner'
    case 'sign-in':
      return 'sign-in'
    case 'enrol':
      return 'factor'
    case 'ready':
      if (session.setupLeft.includes('business')) return 'hours'
      return session.setupLeft.includes('channel') ? 'channel' : 'inbox'
  }
}
