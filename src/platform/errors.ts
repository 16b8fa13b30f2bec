/** Closed list of what can go wrong for a caller, with the HTTP status each becomes. */
export const errorCodes = {
  'bad-input': 400,
  'not-signed-in': 401,
  'second-factor-needed': 403,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-alike': 409,
  'somebody-answers': 409,
  'too-large': 413,
  refused: 422,
  'too-many': 429,
  unavailable: 503,
} as const
export type ErrorCode = keyof typeof errorCodes

export type FieldError = { field: string; message: string }

/**
 * An expected failure of a use case. `message` is for the person who asked: what happened and what to
 * do. `fields` name the parts of the input at fault; `more` is what else the problem document holds.
 * Throwing one rolls the transaction back.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly fields: FieldError[]
  readonly more: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    message: string,
    options?: { fields?: FieldError[]; more?: Record<string, unknown>; cause?: unknown },
  ) {
    super(message, options)
    this.code = code
    this.fields = options?.fields ?? []
    this.more = options?.more ?? {}
  }
}

/** Bad input at one field. */
export function badField(field: string, message: string): AppError {
  return new AppError('bad-input', message, { fields: [{ field, message }] })
}

/** A sentence for the operator at start-up or on the command line; no stack is shown. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
}

/** Ends a switch over a union: fails to compile when a member is not handled. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
