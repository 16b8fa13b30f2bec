import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { Problem } from '../../contract/http.ts'
import { isDatabaseAway } from './db-errors.ts'
import { AppError, errorCodes, type FieldError } from './errors.ts'

/** Answers any error of a route as an RFC 9457 problem document. What was not expected becomes a plain 500. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(error)
  if (problem.code === 'unavailable' && !(error instanceof AppError))
    request.log.warn({ err: error, requestId: request.id }, 'the database could not serve')
  else if (problem.status >= 500 && !(error instanceof AppError)) {
    request.log.error({ err: error, requestId: request.id }, 'request failed')
    problem.detail = `Something went wrong on our side. Ask the operator to look for request ${request.id} in the log.`
  }
  sendProblem(reply, problem)
}

/** Sends a problem document as it is; it does not go through the route's response schema. */
export function sendProblem(reply: FastifyReply, problem: Problem): void {
  reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .serializer((payload: unknown) => String(payload))
    .send(JSON.stringify(problem))
}

/** A problem document of one of our codes. */
export function makeProblem(
  status: number,
  code: string,
  detail: string,
  errors: readonly FieldError[] = [],
): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
    detail,
    ...(errors.length > 0 && { errors: [...errors] }),
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof AppError)
    return {
      ...makeProblem(errorCodes[error.code], error.code, error.message, error.fields),
      ...error.more,
    }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const where = error.validationContext ?? 'body'
    const errors = error.validation.map(({ instancePath, message }) => ({
      field: fieldName(instancePath, where),
      message: message ?? 'is not valid',
    }))
    const first = errors[0]
    const detail = first ? `${first.field}: ${first.message}` : 'The request is not valid.'
    return makeProblem(400, 'bad-input', detail, errors)
  }
  if (isBrokenForm(error)) return makeProblem(400, 'bad-input', 'The form is cut short or broken.')
  if (isDatabaseAway(error)) return makeProblem(503, 'unavailable', databaseAway)
  const status = statusOf(error)
  if (status === null || status >= 500 || !(error instanceof Error))
    return makeProblem(500, 'internal', '')
  return makeProblem(status, codeOf(status), sentenceOf(status, error))
}

const databaseAway =
  'The database cannot serve just now: it is being started again, or its disk is full. Try again in a moment.'

function fieldName(instancePath: string, where: string): string {
  const path = instancePath
    .split('/')
    .filter((part) => part !== '')
    .join('.')
  return path === '' ? where : path
}

function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('statusCode' in error)) return null
  const { statusCode } = error
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 600 ? statusCode : null
}

// @fastify/busboy throws plain errors for forms that cannot be read; its words are all there is to know them by.
function isBrokenForm(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^Unexpected end of multipart data|unexpected end of multipart data$|^Multipart: Boundary not found|^The needle cannot/.test(
      error.message,
    )
  )
}

function codeOf(status: number): string {
  const known = Object.entries(errorCodes).find(([, value]) => value === status)?.[0]
  return known ?? (STATUS_CODES[status] ?? 'error').toLowerCase().replaceAll(/[^a-z]+/g, '-')
}

// Fastify's own words for what a client did wrong are about its code, not about the request.
function sentenceOf(status: number, error: Error & Partial<FastifyError>): string {
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return 'The body is not valid JSON.'
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
    case 'FST_REQ_FILE_TOO_LARGE':
      return 'The request is too large.'
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return 'This content type is not understood here. Send JSON, with Content-Type: application/json.'
    case 'FST_INVALID_MULTIPART_CONTENT_TYPE':
      return 'Send this as multipart/form-data.'
    default:
      return status === 429 ? 'Too many requests. Wait a moment and try again.' : error.message
  }
}
