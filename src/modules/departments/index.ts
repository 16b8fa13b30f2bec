export { type DepartmentDeps, registerDepartments } from './routes.ts'
export { checkDepartment, type Membership, membersOfDepartments } from './store.ts'
