import type { CalendarRules } from '../schedules/calendar.ts';

/** What a user may set. */
export interface CalendarDefinition extends CalendarRules {
  description: string | null;
}

/** A calendar as it is stored, with the jobs that go by it. */
export interface NamedCalendar extends CalendarDefinition {
  namespaceId: number;
  /** Unique within the namespace. */
  name: string;
  revision: number;
  /** How many living jobs use it. */
  jobs: number;
  createdAt: Date;
  updatedAt: Date;
}
