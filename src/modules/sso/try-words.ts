import { AppError } from '../../platform/errors.ts'
import { SsoRefusal } from './problem.ts'

/** Beginning a sign-in can fail only at reading the provider's description. */
export async function inProblemWords<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    if (!(cause instanceof SsoRefusal)) throw cause
    if (cause.problem === 'away')
      throw new AppError(
        'unavailable',
        'The sign-in service of the business does not answer just now. Try again in a moment.',
        { cause },
      )
    throw new AppError(
      'refused',
      'The sign-in service of the business is not set up rightly. Whoever runs it has to look.',
      { cause },
    )
  }
}
