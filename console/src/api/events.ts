import {useEffect} from 'preact/hooks';
import {Store} from '../store';
import {call} from './client';
import {type Connection, Stream} from './stream';
import type {Page, Sandbox, SandboxState} from './types';

export interface StatusChange {
  readonly event: 'sandbox_status';
  readonly sandboxId: string;
  readonly state: SandboxState;
}

interface Follower {
  changed(change: StatusChange): void;
  /** Something may have been missed. */
  missed(): void;
}

const followers = new Set<Follower>();

/** How the list of sandboxes is kept true at this moment. */
export const live = new Store<Connection>('connecting');

/** One stream of all changes for all views, while somebody is signed in. */
export function useEventStream(): void {
  useEffect(() => {
    const missed = (): void => followers.forEach(follower => follower.missed());
    const probe = (): Promise<unknown> => call<Page<Sandbox>>('GET', '/sandboxes', {query: {limit: 1, fields: 'id'}});
    const stream = new Stream('/events', {}, probe, {
      hear(message) {
        if (message.type === 'error') {
          // Its cursor was too old: events go on from now.
          missed();
        } else if (message.type === 'event' && (message.data as StatusChange).event === 'sandbox_status') {
          followers.forEach(follower => follower.changed(message.data as StatusChange));
        }
      },
      connection(now) {
        live.set(now);
        if (now === 'open' && stream.cursor === null) {
          missed();
        }
      },
    });
    return () => stream.close();
  }, []);
}

/** Tells of each change of a sandbox while the view is there. */
export function useStatusChanges(changed: (change: StatusChange) => void, missed: () => void): void {
  useEffect(() => {
    const follower = {changed, missed};
    followers.add(follower);
    return () => followers.delete(follower);
  });
}
