/** A client's own name for a job. */
export const KEY_FORM = /^[A-Za-z0-9._:-]{1,200}$/;
export const KEY_MESSAGE = 'must be 1 to 200 letters, digits, dots, colons, dashes or underscores';
