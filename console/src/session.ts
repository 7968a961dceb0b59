import {Store} from './store';

const SLOT = 'elevo.key';

/** Who uses the page. The key is kept as long as the tab is, and nowhere else. */
export interface Session {
  readonly key: string | null;
  /** Why the last one ended, when not by its user. */
  readonly ended: string | null;
}

export const session = new Store<Session>({key: sessionStorage.getItem(SLOT), ended: null});

export function begin(key: string): void {
  sessionStorage.setItem(SLOT, key);
  session.set({key, ended: null});
}

export function end(why: string | null = null): void {
  sessionStorage.removeItem(SLOT);
  session.set({key: null, ended: why});
}
