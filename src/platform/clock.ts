/** The only source of the current time. Tests give their own. */
export type Clock = () => Date

export const systemClock: Clock = () => new Date()
