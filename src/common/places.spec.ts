import { describe, expect, it } from '@jest/globals';
import { inLanes, Places } from './places.ts';

/** Work that is under way until somebody ends it. */
function aTask(log: string[], name: string) {
  let end: (error?: Error) => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve());
  });
  const work = async () => {
    log.push(name);
    await ended;
    return name;
  };
  return { work, end: (error?: Error) => end(error) };
}

/** Lets everything go on that can. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe('places', () => {
  it('are taken by so many at a time, and then in the order of their coming', async () => {
    const places = new Places(2);
    const log: string[] = [];
    const tasks = ['a', 'b', 'c', 'd'].map((name) => aTask(log, name));
    const results = tasks.map(({ work }) => places.run(work));
    await settled();
    expect(log).toEqual(['a', 'b']);

    tasks[1]?.end();
    await settled();
    expect(log).toEqual(['a', 'b', 'c']);

    for (const { end } of tasks) end();
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are given back by work that fails', async () => {
    const places = new Places(1);
    const log: string[] = [];
    const failing = aTask(log, 'failing');
    const failed = places.run(failing.work);
    const next = places.run(async () => 'next');

    failing.end(new Error('no'));

    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('next');
    expect(await places.run(async () => 'last')).toBe('last');
  });

  it('do not go to somebody who comes while one is handed on', async () => {
    const places = new Places(1);
    const log: string[] = [];
    const [first, second, third] = ['first', 'second', 'third'].map((name) => aTask(log, name));
    const results = [first, second].map((task) => places.run(task!.work));
    await settled();

    first!.end();
    await results[0];
    results.push(places.run(third!.work));
    await settled();

    expect(log).toEqual(['first', 'second']);
    second!.end();
    third!.end();
    await Promise.all(results);
    expect(log).toEqual(['first', 'second', 'third']);
  });
});

describe('lanes', () => {
  it('begin the items in order, each of them once, and so many at a time', async () => {
    const begun: number[] = [];
    let underWay = 0;
    let most = 0;

    await inLanes(Array(50).keys(), 4, async (item) => {
      begun.push(item);
      underWay += 1;
      most = Math.max(most, underWay);
      await settled();
      underWay -= 1;
    });

    expect(begun).toEqual([...Array(50).keys()]);
    expect([most, underWay]).toEqual([4, 0]);
  });

  it('have nothing to do without items', async () => {
    await inLanes([], 4, () => Promise.reject(new Error('never')));
  });
});
