const ENTITY_TAG = /^"(\d{1,10})"$/;

/** The entity tag of something that counts its revisions. */
export function entityTag({ revision }: { revision: number }): string {
  return `"${revision}"`;
}

/**
 * Whether an `If-Match` header lets a request pass. Several tags may be listed, `*` is any; a weak
 * tag or something else matches nothing, as RFC 9110 has it.
 */
export function isMatch(ifMatch: string | undefined, { revision }: { revision: number }): boolean {
  if (ifMatch === undefined || ifMatch.trim() === '*') return true;
  const tags = ifMatch.split(',').map((tag) => ENTITY_TAG.exec(tag.trim())?.[1]);
  return tags.includes(String(revision));
}
