export type { JsonObject } from './entry.ts'
export { type Act, recordAct } from './record-act.ts'
export { type AuditDeps, auditRoutes } from './routes.ts'
export { type AuditHead, type AuditVerdict, verifyAudit } from './verify-audit.ts'
