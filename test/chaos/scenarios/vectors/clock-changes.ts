/** A moment at which clocks change, or calendars. */
export interface ClockChange {
  title: string;
  at: Date;
  vectors: readonly Vector[];
  /** Whether it belongs to the short form. */
  isShort: boolean;
}

/** A schedule, and when it is due around the change. */
interface Vector {
  schedule: string;
  timezone: string;
  dst: { gap: string; overlap: string };
  /** Seconds after the change; negative before it. */
  offsets: readonly number[];
}

/** What the instants below lie in, in seconds after the change. */
export const WINDOW = { from: -5, to: 5 } as const;

/**
 * Written by hand, from what the law says of each zone. A line is a schedule, its zone, what it
 * wants at a gap and at an overlap (`-` for the defaults, which are shift and first), and all
 * seconds at which it is due from five before the change until five after it.
 *
 * `4,56 0,59 1,2 * * *` and its like are due four seconds before the change, and four seconds after
 * the beginning of what is left out or repeated.
 */
export const CLOCK_CHANGES: readonly ClockChange[] = [
  change(
    'Newfoundland leaves out an hour, half an hour after UTC has a full one',
    '2027-03-14T05:30:00Z',
    `
    4,56 0,59 1,2 * * * | America/St_Johns | -           | -4 4
    4,56 0,59 1,2 * * * | America/St_Johns | skip first  | -4
    0 2 * * *           | America/St_Johns | -           | 0
    0 * * * *           | America/St_Johns | -           | 0
    */4 * * * * *       | America/St_Johns | -           | -4 0 4
    `,
  ),
  change(
    'New York leaves out an hour',
    '2027-03-14T07:00:00Z',
    `
    4,56 0,59 1,2 * * * | America/New_York | -           | -4 4
    4,56 0,59 1,2 * * * | America/New_York | skip first  | -4
    0 2,3 * * *         | America/New_York | -           | 0
    0 */2 * * *         | America/New_York | -           | 0
    4 0 2 * * 0         | America/New_York | -           | 4
    */4 * * * * *       | America/New_York | -           | -4 0 4
    `,
  ),
  change(
    'Europe leaves out an hour, the Azores that after midnight, and Troll two',
    '2027-03-28T01:00:00Z',
    `
    4,56 0,59 1,2 * * *    | Europe/Berlin    | -           | -4 4
    4,56 0,59 1,2 * * *    | Europe/Berlin    | skip first  | -4
    0 2,3 * * *            | Europe/Berlin    | -           | 0
    0 */2 * * *            | Europe/Berlin    | -           | 0
    0 * * * *              | Europe/Berlin    | -           | 0
    4 0 2 28 3 *           | Europe/Berlin    | -           | 4
    */4 * * * * *          | Europe/Berlin    | -           | -4 0 4
    @every 4s              | Europe/Berlin    | -           | -5 -1 3
    4,56 0,59 0,23 * * *   | Atlantic/Azores  | -           | -4 4
    4,56 0,59 0,23 * * *   | Atlantic/Azores  | skip first  | -4
    @daily                 | Atlantic/Azores  | -           | 0
    0 0 * * 0              | Atlantic/Azores  | -           | 0
    0 0,1 * * *            | Atlantic/Azores  | -           | 0
    4,56 0,59 0,1 * * *    | Antarctica/Troll | -           | -4 4
    4,56 0,59 0,1 * * *    | Antarctica/Troll | skip first  | -4
    0 1,3 * * *            | Antarctica/Troll | -           | 0
    */4 * * * * *          | Antarctica/Troll | -           | -4 0 4
    `,
    { isShort: true },
  ),
  change(
    'the Chatham Islands repeat an hour that begins at a quarter to three',
    '2027-04-03T14:00:00Z',
    `
    4,56 44,45 2,3 * * * | Pacific/Chatham | -            | -4
    4,56 44,45 2,3 * * * | Pacific/Chatham | shift second | 4
    4,56 44,45 2,3 * * * | Pacific/Chatham | shift both   | -4 4
    45 * * * *           | Pacific/Chatham | -            | 0
    */4 * * * * *        | Pacific/Chatham | -            | -4 0 4
    `,
  ),
  change(
    'Lord Howe repeats half an hour',
    '2027-04-03T15:00:00Z',
    `
    4,56 30,59 1 * * * | Australia/Lord_Howe | -            | -4
    4,56 30,59 1 * * * | Australia/Lord_Howe | shift second | 4
    4,56 30,59 1 * * * | Australia/Lord_Howe | shift both   | -4 4
    30 * * * *         | Australia/Lord_Howe | -            | 0
    */30 * * * *       | Australia/Lord_Howe | -            | 0
    */4 * * * * *      | Australia/Lord_Howe | -            | -4 0 4
    `,
  ),
  change(
    'Chile repeats the last hour of a day',
    '2027-04-04T03:00:00Z',
    `
    4,56 0,59 23 * * * | America/Santiago | -            | -4
    4,56 0,59 23 * * * | America/Santiago | shift second | 4
    4,56 0,59 23 * * * | America/Santiago | shift both   | -4 4
    0 23 * * 6         | America/Santiago | shift second | 0
    */4 * * * * *      | America/Santiago | -            | -4 0 4
    `,
  ),
  change(
    'Egypt leaves out the first hour of a Friday',
    '2027-04-29T22:00:00Z',
    `
    4,56 0,59 0,23 * * * | Africa/Cairo | -           | -4 4
    4,56 0,59 0,23 * * * | Africa/Cairo | skip first  | -4
    @daily               | Africa/Cairo | -           | 0
    0 0 30 4 *           | Africa/Cairo | -           | 0
    0 0,1 * * 5          | Africa/Cairo | -           | 0
    0 * * * *            | Africa/Cairo | -           | 0
    */4 * * * * *        | Africa/Cairo | -           | -4 0 4
    `,
  ),
  change(
    'Chile leaves out the first hour of a Sunday',
    '2027-09-05T04:00:00Z',
    `
    4,56 0,59 0,23 * * * | America/Santiago | -           | -4 4
    4,56 0,59 0,23 * * * | America/Santiago | skip first  | -4
    @daily               | America/Santiago | -           | 0
    @weekly              | America/Santiago | -           | 0
    `,
  ),
  change(
    'the Chatham Islands leave out an hour from a quarter to three on',
    '2027-09-25T14:00:00Z',
    `
    4,56 44,45 2 * * * | Pacific/Chatham | -           | -4 4
    4,56 44,45 2 * * * | Pacific/Chatham | skip first  | -4
    45 2,3 * * *       | Pacific/Chatham | -           | 0
    45 * * * *         | Pacific/Chatham | -           | 0
    `,
  ),
  change(
    'Lord Howe leaves out half an hour',
    '2027-10-02T15:30:00Z',
    `
    4,56 0,59 1,2 * * * | Australia/Lord_Howe | -           | -4 4
    4,56 0,59 1,2 * * * | Australia/Lord_Howe | skip first  | -4
    0,30 2 * * *        | Australia/Lord_Howe | -           | 0
    30 * * * *          | Australia/Lord_Howe | -           | 0
    `,
  ),
  change(
    'Egypt repeats the last hour of a Thursday',
    '2027-10-28T21:00:00Z',
    `
    4,56 0,59 23 * * * | Africa/Cairo | -            | -4
    4,56 0,59 23 * * * | Africa/Cairo | shift second | 4
    0,4 0 23 28 10 *   | Africa/Cairo | shift both   | 0 4
    0 * * * *          | Africa/Cairo | -            | 0
    `,
  ),
  change(
    'Europe repeats an hour, the Azores that after midnight, and Troll two',
    '2027-10-31T01:00:00Z',
    `
    4,56 0,59 2 * * *   | Europe/Berlin    | -            | -4
    4,56 0,59 2 * * *   | Europe/Berlin    | shift second | 4
    4,56 0,59 2 * * *   | Europe/Berlin    | shift both   | -4 4
    0 */2 * * *         | Europe/Berlin    | shift both   | 0
    0 * * * *           | Europe/Berlin    | -            | 0
    */4 * * * * *       | Europe/Berlin    | -            | -4 0 4
    @every 4s           | Europe/Berlin    | -            | -5 -1 3
    4,56 0,59 0 * * *   | Atlantic/Azores  | -            | -4
    4,56 0,59 0 * * *   | Atlantic/Azores  | shift second | 4
    4,56 0,59 0 * * *   | Atlantic/Azores  | shift both   | -4 4
    @daily              | Atlantic/Azores  | shift second | 0
    4,56 0,59 1,2 * * * | Antarctica/Troll | -            | -4
    4,56 0,59 1,2 * * * | Antarctica/Troll | shift second | 4
    4,56 0,59 1,2 * * * | Antarctica/Troll | shift both   | -4 4
    */4 * * * * *       | Antarctica/Troll | -            | -4 0 4
    `,
    { isShort: true },
  ),
  change(
    'New York repeats an hour',
    '2027-11-07T06:00:00Z',
    `
    4,56 0,59 1 * * * | America/New_York | -            | -4
    4,56 0,59 1 * * * | America/New_York | shift second | 4
    4,56 0,59 1 * * * | America/New_York | shift both   | -4 4
    0 * * * *         | America/New_York | -            | 0
    `,
  ),
  change(
    'a 29 February begins in Nepal',
    '2028-02-28T18:15:00Z',
    `
    0 0 29 2 *           | Asia/Kathmandu | - | 0
    @daily               | Asia/Kathmandu | - | 0
    56 59 23 28 2 *      | Asia/Kathmandu | - | -4
    4 0 0 L 2 *          | Asia/Kathmandu | - | 4
    `,
  ),
  change(
    'a 29 February begins in UTC',
    '2028-02-29T00:00:00Z',
    `
    0 0 29 2 *           | UTC                | - | 0
    0 0 * 2 2#5          | UTC                | - | 0
    56 59 23 28 2 *      | UTC                | - | -4
    4 0 0 L * *          | UTC                | - | 4
    @every 4s            | UTC                | - | -5 -1 3
    @daily               | Atlantic/Reykjavik | - | 0
    4 0 0 29 2 *         | Atlantic/Reykjavik | - | 4
    `,
  ),
  change(
    'a year begins, and with it a week, and so a partition of the ledger',
    '2029-01-01T00:00:00Z',
    `
    @yearly            | UTC                | - | 0
    @monthly           | UTC                | - | 0
    0 0 * * 1          | UTC                | - | 0
    0 0 1W 1 *         | UTC                | - | 0
    56 59 23 31 12 *   | UTC                | - | -4
    4 0 0 1 1 *        | UTC                | - | 4
    */4 * * * * *      | UTC                | - | -4 0 4
    @every 4s          | UTC                | - | -5 -1 3
    56 59 23 L 12 *    | Atlantic/Reykjavik | - | -4
    */4 * * * * *      | Atlantic/Reykjavik | - | -4 0 4
    `,
  ),
];

function change(
  title: string,
  at: string,
  table: string,
  { isShort = false }: { isShort?: boolean } = {},
): ClockChange {
  return { title, at: new Date(at), vectors: table.trim().split('\n').map(vectorOf), isShort };
}

function vectorOf(line: string): Vector {
  const [schedule = '', timezone = '', policies = '', offsets = ''] = line
    .split('|')
    .map((cell) => cell.trim());
  const [gap = 'shift', overlap = 'first'] = policies === '-' ? [] : policies.split(' ');
  return { schedule, timezone, dst: { gap, overlap }, offsets: offsets.split(' ').map(Number) };
}
