const PAUSE_MS = 20;
const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Asks again until the answer is there: until `probe` neither throws nor returns undefined, null
 * or false. For the few asynchronous edges of a test; fails with what the last try said.
 */
export async function eventually<T>(
  probe: () => Promise<T> | T,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: { timeoutMs?: number } = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  do {
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== null && answer !== false) return answer;
      last = `the answer was ${String(answer)}`;
    } catch (error) {
      last = error;
    }
    // eslint-disable-next-line no-restricted-globals -- the one place in the tests that waits
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  } while (performance.now() < deadline);

  const said = last instanceof Error ? last.message : String(last);
  throw new Error(`Not within ${timeoutMs} ms: ${said}`, { cause: last });
}
