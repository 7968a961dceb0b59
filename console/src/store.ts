import {useEffect, useState} from 'preact/hooks';

/** A value that views follow. */
export class Store<T> {
  readonly #followers = new Set<(value: T) => void>();
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    if (value !== this.#value) {
      this.#value = value;
      this.#followers.forEach(follower => follower(value));
    }
  }

  follow(follower: (value: T) => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }
}

export function useStore<T>(store: Store<T>): T {
  const [value, setValue] = useState(store.value);
  useEffect(() => {
    // It may have changed between the first rendering and now.
    setValue(() => store.value);
    return store.follow(next => setValue(() => next));
  }, [store]);
  return value;
}
