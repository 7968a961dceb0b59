import type {VNode} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';
import {call, path} from '../api/client';
import {bytesOf, type Connection, type Message, Stream} from '../api/stream';

/** What a page can hold of an output without becoming slow; the API has the rest. */
const MOST_CHARACTERS = 500_000;

interface Chunk {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** Neighbours of one stream are one chunk; what is too much goes at the beginning. */
function appended(chunks: readonly Chunk[], more: Chunk): readonly Chunk[] {
  const last = chunks.at(-1);
  const next = last?.stream === more.stream
    ? [...chunks.slice(0, -1), {stream: last.stream, text: last.text + more.text}]
    : [...chunks, more];
  let over = next.reduce((sum, chunk) => sum + chunk.text.length, 0) - MOST_CHARACTERS;
  return over <= 0
    ? next
    : next.flatMap(chunk => {
      const cut = Math.min(Math.max(over, 0), chunk.text.length);
      over -= cut;
      return cut === chunk.text.length ? [] : [{...chunk, text: chunk.text.slice(cut)}];
    });
}

function ending(exit: {exitCode: number; signal?: string; timedOut?: boolean}): string {
  const how = exit.timedOut ? 'its time was over' : exit.signal;
  return `ended with ${exit.exitCode}${how ? `: ${how}` : ''}`;
}

interface OutputProps {
  readonly sandboxId: string;
  readonly pid: number;
}

/** What one process writes, as it writes it. */
export function Output({sandboxId, pid}: OutputProps): VNode {
  const [chunks, setChunks] = useState<readonly Chunk[]>([]);
  const [connection, setConnection] = useState<Connection>('connecting');
  const [end, setEnd] = useState<string | null>(null);
  const box = useRef<HTMLPreElement>(null);
  const following = useRef(true);

  useEffect(() => {
    const decoders = {stdout: new TextDecoder(), stderr: new TextDecoder()};
    const target = path('sandboxes', sandboxId, 'process', pid);
    // What others started is a process too, but has no output.
    const probe = (): Promise<unknown> => call('GET', `${target}/output`, {query: {limit: 1}});
    const hear = (message: Message): void => {
      if (message.type === 'data') {
        const from = message.stream ?? 'stdout';
        const missing = message.droppedBytes ? `\n[${message.droppedBytes} bytes are not kept any more]\n` : '';
        const text = missing + decoders[from].decode(bytesOf(String(message.data)), {stream: true});
        setChunks(before => appended(before, {stream: from, text}));
      } else if (message.type === 'exit') {
        setEnd(ending(message.data as {exitCode: number}));
      } else if (message.type === 'error') {
        setEnd((message.data as {message: string}).message);
      }
    };
    const stream = new Stream(`${target}/stream`, {}, probe, {
      hear,
      connection(now, why) {
        setConnection(now);
        if (why) {
          setEnd(why);
        }
      },
    });
    return () => stream.close();
  }, [sandboxId, pid]);

  useEffect(() => {
    if (box.current && following.current) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [chunks]);

  const state = end ?? (connection === 'open' ? 'running' : connection === 'ended' ? 'ended' : 'connecting…');
  return (
    <>
      <header class="bar"><h2>Output of {pid}</h2><span class="faint push" role="status">{state}</span></header>
      <pre
        ref={box}
        class="output"
        tabIndex={0}
        aria-label={`Output of ${pid}`}
        onScroll={event => {
          const {scrollTop, scrollHeight, clientHeight} = event.currentTarget;
          following.current = scrollHeight - scrollTop - clientHeight < 20;
        }}
      >
        {chunks.map((chunk, index) => <span key={index} class={chunk.stream}>{chunk.text}</span>)}
        {chunks.length === 0 && <span class="faint">{end ? 'It wrote nothing.' : 'Nothing so far.'}</span>}
      </pre>
    </>
  );
}
