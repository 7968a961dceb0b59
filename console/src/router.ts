import {Store} from './store';

/** Where in the page one is: what follows the hash, since all of it is one page. */
export interface Route {
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

function read(): Route {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?', 2);
  return {parts: path.split('/').filter(Boolean).map(decode), query: new URLSearchParams(query)};
}

/** Whoever typed an address that cannot be decoded gets what he typed. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const route = new Store<Route>(read());

export function link(parts: readonly string[], query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString();
  return `#/${parts.map(encodeURIComponent).join('/')}${search ? `?${search}` : ''}`;
}

/** What has to be asked before a view is left, by that view. */
let guard: (() => Promise<boolean>) | null = null;
let here = location.hash;

export function guarded(question: (() => Promise<boolean>) | null): void {
  guard = question;
}

export function go(parts: readonly string[], query: Readonly<Record<string, string>> = {}): void {
  location.hash = link(parts, query);
}

async function follow(): Promise<void> {
  const there = location.hash;
  if (there === here) {
    return;
  }
  if (guard) {
    history.replaceState(null, '', here || '#/');
    if (!(await guard())) {
      return;
    }
    guard = null;
    history.replaceState(null, '', there);
  }
  here = there;
  route.set(read());
}

addEventListener('hashchange', () => void follow());
