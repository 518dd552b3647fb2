type Method = (this: unknown, ...args: unknown[]) => unknown;

/** A class, of ours or of the language, whose methods are steps. */
interface Stepping {
  readonly prototype: object;
}

/** Work that looks at everything would go on for minutes, or for ever. */
const PATIENCE = 1_000_000;

/**
 * What a piece of work costs, counted instead of timed, so that a busy machine changes nothing:
 * how often it calls methods of these classes. Throws when it calls none, or a million.
 */
export function stepsOf(classes: readonly Stepping[], work: () => void): number {
  let steps = 0;
  const methods = classes.flatMap(({ prototype }) => methodsOf(prototype));
  const restore = () => {
    for (const { prototype, name, method } of methods) define(prototype, name, method);
  };
  for (const { prototype, name, method } of methods) {
    define(prototype, name, function (...args) {
      steps += 1;
      if (steps > PATIENCE) {
        // Comes first: making an error calls methods of arrays as well.
        restore();
        throw new Error(`This takes more than ${PATIENCE} steps`);
      }
      return Reflect.apply(method, this, args);
    });
  }
  try {
    work();
  } finally {
    restore();
  }
  if (steps === 0) throw new Error('Nothing was counted: the work calls no method of these');
  return steps;
}

function methodsOf(prototype: object) {
  // By names only: what loops over an array asks it for its iterator, this file included.
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const { value } = Object.getOwnPropertyDescriptor(prototype, name) ?? {};
    const isMethod = typeof value === 'function' && name !== 'constructor';
    return isMethod ? [{ prototype, name, method: value as Method }] : [];
  });
}

function define(prototype: object, name: string, value: Method): void {
  Object.defineProperty(prototype, name, { value });
}
