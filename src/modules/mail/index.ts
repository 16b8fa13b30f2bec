export { enqueueMail, type NewMail } from './enqueue-mail.ts'
export { type MailRouteDeps, registerMail } from './routes.ts'
export { flushMails, mailNetworks, sendQueuedMail } from './send-mail.ts'
export { forgetMails, hasMailAccount, markMailsReturned, withdrawMails } from './store.ts'
