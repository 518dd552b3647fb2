import { formatDay, parseDay } from '../../schedules/civil.ts';
import type { DateRange } from '../../schedules/calendar.ts';
import type { Stretch } from '../../schedules/listed-days.ts';
import { MAX_DATES, MAX_RANGES } from '../limits.ts';
import { flawInFile } from './flaw.ts';

const LAST_DAY = parseDay('9999-12-31') as number;

/** The days that a file names, as a calendar holds them: single ones as dates, others as ranges. */
export class ImportedDays {
  private readonly single = new Set<number>();
  private readonly several = new Map<string, DateRange>();

  /** What lies before 1970 is left out, since no job ran then. */
  add({ from, to }: Stretch): void {
    const first = Math.max(0, from);
    const last = Math.min(LAST_DAY, to);
    if (first > last) return;
    if (first === last) this.single.add(first);
    else {
      const range = { from: formatDay(first), to: formatDay(last) };
      this.several.set(`${range.from}/${range.to}`, range);
    }
    this.refuseTooMany();
  }

  get dates(): string[] {
    return [...this.single].map(formatDay);
  }

  get ranges(): DateRange[] {
    return [...this.several.values()];
  }

  /** Comes with each day: a file must not fill the memory first. */
  private refuseTooMany(): void {
    if (this.single.size > MAX_DATES) {
      throw flawInFile(`names more than ${MAX_DATES} dates; try fewer years`);
    }
    if (this.several.size > MAX_RANGES) {
      throw flawInFile(`names more than ${MAX_RANGES} stretches of days; try fewer years`);
    }
  }
}
