export function parent(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

export function within(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

export function base(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Each folder on the way to a path, and its own name. */
export function steps(path: string): readonly {readonly name: string; readonly path: string}[] {
  const names = path.split('/').filter(Boolean);
  return [
    {name: '/', path: '/'},
    ...names.map((name, index) => ({name, path: `/${names.slice(0, index + 1).join('/')}`})),
  ];
}
