import type {VNode} from 'preact';

const PATHS = {
  close: 'M4 4l8 8M12 4l-8 8',
  play: 'M5 3.5v9l7-4.5z',
  stop: 'M4.5 4.5h7v7h-7z',
  pause: 'M5.5 4v8M10.5 4v8',
  restart: 'M12.5 8A4.5 4.5 0 1 1 11 4.7M11.5 2v3h-3',
  trash: 'M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5',
  plus: 'M8 3v10M3 8h10',
  folder: 'M2 4h4l1.5 1.5H14V12.5H2z',
  file: 'M4 2h5l3 3v9H4zM9 2v3h3',
  link: 'M7 9l3-3M6 7L4.5 8.5a2 2 0 0 0 3 3L9 10M10 9l1.5-1.5a2 2 0 0 0-3-3L7 6',
  download: 'M8 2.5v7M5 7l3 3 3-3M3 13h10',
  upload: 'M8 10V3M5 5.5l3-3 3 3M3 13h10',
  edit: 'M3 13l.7-3L11 2.7 13.3 5 6 12.3z',
  refresh: 'M13 8a5 5 0 1 1-1.5-3.6M12 2v3H9',
  out: 'M6 3H3v10h3M7 8h6M10.5 5.5L13 8l-2.5 2.5',
} as const;

export function Icon({name}: {readonly name: keyof typeof PATHS}): VNode {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" class="drawn">
      <path d={PATHS[name]} />
    </svg>
  );
}
