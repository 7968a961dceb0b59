import type {VNode} from 'preact';
import {Store, useStore} from '../store';
import {ago, moment} from './format';

const TICK_MS = 10_000;
const now = new Store(Date.now());
setInterval(() => now.set(Date.now()), TICK_MS);

/** Now, about: views that show how long ago something was follow it. */
export function useNow(): number {
  return useStore(now);
}

export function Ago({at}: {readonly at: string | undefined}): VNode {
  const current = useNow();
  return at ? <time dateTime={at} title={moment(at)}>{ago(at, current)}</time> : <span class="faint">–</span>;
}
