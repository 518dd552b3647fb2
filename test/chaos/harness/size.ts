/** Whether the scenarios run at the length and load of the documents. */
export const FULL = process.env.CHAOS === 'full';

/** What a scenario is played with in every build, and when there is time. */
export function sized<T>(short: T, full: T): T {
  return FULL ? full : short;
}
