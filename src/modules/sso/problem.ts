import type { SsoProblem } from '../../../contract/sso.ts'

/** Single sign-on that ends without letting anybody in; nothing was written. The page has the words. */
export class SsoRefusal extends Error {
  override readonly name = 'SsoRefusal'
  readonly problem: SsoProblem

  constructor(problem: SsoProblem, options?: { cause?: unknown }) {
    super(problem, options)
    this.problem = problem
  }
}
