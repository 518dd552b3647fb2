/** What one calendar may hold: enough for decades of holidays, and read in no time. */
export const MAX_DATES = 2_000;
export const MAX_RANGES = 500;
export const MAX_RANGE_YEARS = 10;
export const MAX_RANGE_DAYS = Math.ceil(MAX_RANGE_YEARS * 365.25);

/** A calendar that is imported. */
export const MAX_FILE_KIB = 1_024;
export const MAX_IMPORT_YEARS = 10;
