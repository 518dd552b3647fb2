import { ValidateBy } from 'class-validator';

/** What is wrong with a value, for people; undefined when nothing is. */
export type Flaw = (value: unknown) => string | undefined;

export interface ListLimits {
  /** What it is a list of, as its messages call them. */
  what: string;
  min?: number;
  max: number;
}

/** Checked as a whole: rules for each entry would be asked for all of a list of any length. */
export function IsListOf(flaw: Flaw, { what, min = 0, max }: ListLimits): PropertyDecorator {
  const listFlaw: Flaw = (list) => {
    if (!Array.isArray(list)) return `must be a list of ${what}`;
    if (list.length > max) return `takes at most ${max} entries, these are ${list.length}`;
    if (list.length < min) return `takes at least ${min} of ${what}`;
    const index = list.findIndex((entry) => flaw(entry) !== undefined);
    return index < 0 ? undefined : `entry ${index + 1} ${flaw(list[index])}`;
  };
  return ValidateBy({
    name: `is-${what}`,
    validator: {
      validate: (value: unknown) => listFlaw(value) === undefined,
      defaultMessage: (args) => listFlaw(args?.value) ?? `must be a list of ${what}`,
    },
  });
}
