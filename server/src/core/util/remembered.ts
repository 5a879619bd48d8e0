/**
 * What is kept under a key; looked up when first asked for. Those who ask meanwhile wait for the same look-up. One that
 * fails, or is cancelled, is not kept.
 */
export function remembered<T>(store: Map<string, Promise<T>>, key: string, look: () => Promise<T>): Promise<T> {
  const present = store.get(key);
  if (present !== undefined) return present;
  const fresh = look();
  store.set(key, fresh);
  fresh.catch(() => {
    if (store.get(key) === fresh) store.delete(key);
  });
  return fresh;
}
