export { enqueueMail, type NewMail } from './enqueue-mail.ts'
export { type MailRouteDeps, registerMail } from './routes.ts'
export { flushMails, sendQueuedMail } from './send-mail.ts'
export { forgetMails, markMailsReturned } from './store.ts'
