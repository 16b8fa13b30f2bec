export { registerWorkspaces } from './routes.ts'
export { findWorkspace, insertWorkspace } from './store.ts'
export { checkTimeZone } from './time-zone.ts'
export { viewWorkspace } from './view.ts'
