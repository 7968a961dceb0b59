import {FitAddon} from '@xterm/addon-fit';
import {type ITheme, Terminal as Xterm} from '@xterm/xterm';
import type {VNode} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';
import {call, path} from '../api/client';
import {base64Of, bytesOf, type Connection, type Message, Stream} from '../api/stream';
import type {Terminal} from '../api/types';

/** As base64 inside a message they stay below its 32 KiB. */
const MOST_INPUT_BYTES = 16 * 1024;
const DARK = matchMedia('(prefers-color-scheme: dark)');

/** The colours of the page, by its own names for them. */
function theme(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  return {
    background: colour('--ground-terminal'),
    foreground: colour('--ink'),
    cursor: colour('--accent'),
    cursorAccent: colour('--ground-terminal'),
    selectionBackground: colour('--selected'),
    ...(DARK.matches
      ? {}
      : {
        black: '#1f2328', red: '#b3261e', green: '#116329', yellow: '#7a4d00', blue: '#0a58ca', magenta: '#7a2ea0', cyan: '#0b6570', white: '#57606a',
        brightBlack: '#57606a', brightRed: '#b3261e', brightGreen: '#116329', brightYellow: '#7a4d00', brightBlue: '#0a58ca', brightMagenta: '#7a2ea0',
        brightCyan: '#0b6570', brightWhite: '#1f2328',
      }),
  };
}

interface ScreenProps {
  readonly sandboxId: string;
  readonly pid: number;
  onEnd(): void;
}

/** One terminal, joined by its stream. */
export function Screen({sandboxId, pid, onEnd}: ScreenProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const [connection, setConnection] = useState<Connection>('connecting');
  const [why, setWhy] = useState<string | null>(null);

  useEffect(() => {
    const element = place.current;
    if (!element) {
      return undefined;
    }
    const screen = new Xterm({
      theme: theme(),
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
      fontSize: 13,
      scrollback: 10_000,
      cursorBlink: false,
      minimumContrastRatio: 4.5,
    });
    const fit = new FitAddon();
    screen.loadAddon(fit);
    screen.open(element);
    const target = path('sandboxes', sandboxId, 'pty', pid);
    const probe = (): Promise<Terminal> => call<Terminal>('GET', target);
    const resize = (): void => void stream.send({type: 'resize', data: {cols: within(screen.cols, 10, 500), rows: within(screen.rows, 5, 200)}});
    const hear = (message: Message): void => {
      if (message.type === 'data') {
        if (message.droppedBytes) {
          screen.write(`\r\n[${message.droppedBytes} bytes are not kept any more]\r\n`);
        }
        screen.write(bytesOf(String(message.data)));
      } else if (message.type === 'exit') {
        const {exitCode} = message.data as {exitCode: number};
        screen.write(`\r\n[ended with ${exitCode}]\r\n`);
        onEnd();
      } else if (message.type === 'error') {
        setWhy((message.data as {message: string}).message);
      }
    };
    const stream = new Stream(`${target}/connect`, {includeHistory: 'true'}, probe, {
      hear,
      connection(now, reason) {
        setConnection(now);
        setWhy(reason);
        if (now === 'open') {
          fit.fit();
          resize();
        }
      },
    });

    screen.attachCustomKeyEventHandler(event => {
      if (event.key === 'Escape' && event.shiftKey) {
        screen.blur();
        return false;
      }
      return true;
    });
    screen.onResize(resize);
    screen.onData(text => send(stream, new TextEncoder().encode(text)));
    screen.onBinary(text => send(stream, Uint8Array.from(text, character => character.charCodeAt(0))));
    const watch = new ResizeObserver(() => fit.fit());
    watch.observe(element);
    const paint = (): void => {
      screen.options.theme = theme();
    };
    DARK.addEventListener('change', paint);
    screen.focus();
    return () => {
      DARK.removeEventListener('change', paint);
      watch.disconnect();
      stream.close();
      screen.dispose();
    };
  }, [sandboxId, pid]);

  return (
    <div class="screen">
      <div class="cells" ref={place} />
      {connection !== 'open' && (
        <div class="cut" role="status">{connection === 'ended' ? `This terminal has ended. ${why ?? ''}` : 'The connection is cut; coming back…'}</div>
      )}
    </div>
  );
}

function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function send(stream: Stream, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length; from += MOST_INPUT_BYTES) {
    stream.send({type: 'input', data: base64Of(bytes.subarray(from, from + MOST_INPUT_BYTES))});
  }
}
