from __future__ import annotations

import base64
import hashlib
import json
import socket
import struct
import threading
import time
import unittest
from typing import Any, Callable, List, Optional
from unittest import mock
from urllib.parse import parse_qs, urlsplit

import elevo
import elevo.stream
import elevo.transport
from elevo import WorkspaceClient
from elevo.websocket import HandshakeError, WebSocket

ACCEPT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Peer:
    """The other end of a WebSocket, frame by frame."""

    def __init__(self, connection: socket.socket, cursor: Optional[str], count: int) -> None:
        self.connection = connection
        self.cursor = cursor
        self.count = count

    def frame(self, opcode: int, payload: bytes, is_last: bool = True) -> None:
        length = struct.pack("!B", len(payload)) if len(payload) < 126 else struct.pack("!BH", 126, len(payload))
        self.connection.sendall(bytes([(0x80 if is_last else 0) | opcode]) + length + payload)

    def send(self, **message: Any) -> None:
        self.frame(1, json.dumps(message).encode())

    def data(self, text: str, cursor: str) -> None:
        self.send(type="data", stream="stdout", data=base64.b64encode(text.encode()).decode(), cursor=cursor)

    def event(self, name: str, cursor: Optional[str]) -> None:
        self.send(type="event", data={"event": name}, **({"cursor": cursor} if cursor else {}))

    def error(self, code: int) -> None:
        self.send(type="error", data={"code": code, "name": "SOME_NAME", "message": "said"})

    def end(self) -> None:
        self.send(type="exit", data={"exitCode": 0})
        self.close(1000)

    def close(self, code: int, reason: str = "") -> None:
        self.frame(8, struct.pack("!H", code) + reason.encode())

    def received(self) -> bytes:
        """A frame of the client, which is masked and short here."""
        head = self.exactly(2)
        mask, payload = self.exactly(4), self.exactly(head[1] & 0x7F)
        return head[:1] + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))

    def exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            data += self.connection.recv(size - len(data))
        return data


class StreamTest(unittest.TestCase):
    def setUp(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.server.close)
        self.on_handshake: Callable[[int], None] = lambda count: None
        self.on_connection: Callable[[Peer], None] = lambda peer: None
        self.on_request: Callable[[str], Any] = lambda path: (200, {})
        self.peers: List[Peer] = []
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"
        self.accepting = threading.Thread(target=self.accept, daemon=True)
        self.accepting.start()
        self.client = WorkspaceClient(f"http://{self.address}", "key", retries=2)
        self.addCleanup(self.client.close)
        self.command = elevo.Command(self.client._transport, self.client.api, "one", 7)

    def accept(self) -> None:
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return  # It was closed.
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection: socket.socket) -> None:
        with connection:
            self.answer(connection)

    def answer(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(4096)
        lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:] if line)
        path = head.split(b" ")[1].decode()
        if "Upgrade" not in lines:
            status, said = self.on_request(path)
            body = json.dumps(said)
            kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close"
            connection.sendall(f"HTTP/1.1 {status} Said\r\n{kind}\r\n\r\n{body}".encode())
            return
        self.on_handshake(len(self.peers) + 1)
        accepted = base64.b64encode(hashlib.sha1(lines["Sec-WebSocket-Key"].encode() + ACCEPT).digest()).decode()
        connection.sendall(f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accepted}\r\n\r\n".encode())
        cursor = parse_qs(urlsplit(path).query).get("cursor", [None])[0]
        self.peers.append(Peer(connection, cursor, len(self.peers) + 1))
        self.assertEqual(lines["Sec-WebSocket-Protocol"], "bearer, key")
        self.on_connection(self.peers[-1])

    def test_it_goes_on_behind_the_last_message_that_was_read(self) -> None:
        def talk(peer: Peer) -> None:
            peer.data(str(peer.count), f"behind-{peer.count}")
            if peer.count == 1:
                peer.close(1001)
            elif peer.count == 3:
                peer.end()

        self.on_connection = talk  # The second just breaks.

        self.assertEqual([chunk.data for chunk in self.command], [b"1", b"2", b"3"])
        self.assertEqual([peer.cursor for peer in self.peers], [None, "behind-1", "behind-2"])
        self.assertEqual(self.command.wait().exit_code, 0)

    def pauses(self, on_pause: Callable[[int], None] = lambda count: None) -> List[int]:
        """Before attempts. They take no time here, and the longest outage is 50 of them."""
        attempts: List[int] = []

        def backoff(attempt: int) -> float:
            attempts.append(attempt)
            on_pause(len(attempts))
            return 0.001

        for module in (elevo.transport, elevo.stream):
            patch = mock.patch.object(module, "backoff", backoff)
            patch.start()
            self.addCleanup(patch.stop)
        patch = mock.patch.object(elevo.transport, "OUTAGE_SECONDS", 0.05)
        patch.start()
        self.addCleanup(patch.stop)
        return attempts

    def go_away(self, peer: Peer) -> None:
        self.server.shutdown(socket.SHUT_RDWR)  # Or the thread that accepts keeps it open.
        self.server.close()
        peer.connection.close()

    def test_it_is_given_up_when_its_connections_bring_nothing(self) -> None:
        self.pauses()
        self.on_connection = lambda peer: peer.close(1011, "broken")

        with self.assertRaises(elevo.StreamClosedError) as caught:
            next(self.command.output())

        self.assertEqual(caught.exception.close_code, 1011)
        self.assertRegex(str(caught.exception), "broken$")
        self.assertEqual(len(self.peers), 51)

    def test_a_service_that_is_away_is_waited_for(self) -> None:
        address = self.server.getsockname()

        def back(count: int) -> None:
            if count == 30:
                self.server = socket.create_server(address)
                self.addCleanup(self.server.close)
                threading.Thread(target=self.accept, daemon=True).start()

        def talk(peer: Peer) -> None:
            if peer.count == 2:
                peer.end()
            else:
                peer.data("one", "behind-one")
                self.go_away(peer)

        pauses = self.pauses(back)
        self.on_connection = talk

        self.assertEqual(self.command.wait().exit_code, 0)

        self.assertGreaterEqual(len(pauses), 30)
        self.assertEqual(self.peers[1].cursor, "behind-one")

    def test_it_is_not_waited_for_for_ever(self) -> None:
        def talk(peer: Peer) -> None:
            peer.data("one", "behind-one")
            self.go_away(peer)

        pauses = self.pauses()
        self.on_connection = talk

        with self.assertRaises(elevo.ConnectionLostError):
            self.command.wait()

        self.assertGreaterEqual(len(pauses), 50)

    def test_one_that_was_never_connected_is_told_soon(self) -> None:
        pauses = self.pauses()
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()

        with self.assertRaises(elevo.ConnectionLostError):
            self.command.wait()

        self.assertLessEqual(len(pauses), 2)

    def told(self) -> List[str]:
        with self.client.events() as feed:
            return [event["event"] for event in feed]

    def test_events_go_on_where_they_were_and_tell_no_gap(self) -> None:
        def talk(peer: Peer) -> None:
            peer.event(str(peer.count), f"c{peer.count}")
            peer.close(1001 if peer.count == 1 else 1000)

        self.on_connection = talk

        self.assertEqual(self.told(), ["1", "2"])
        self.assertEqual([peer.cursor for peer in self.peers], [None, "c1"])

    def test_events_that_could_not_go_on_where_they_were_tell_it(self) -> None:
        def talk(peer: Peer) -> None:
            if peer.count == 2:
                peer.error(9004)
            peer.event(str(peer.count), "c1" if peer.count == 1 else None)
            peer.close(1000 if peer.count == 3 else 1001)

        self.on_connection = talk

        self.assertEqual(self.told(), ["1", "gap", "2", "gap", "3"])

    def test_it_waits_until_a_limit_has_passed(self) -> None:
        def talk(peer: Peer) -> None:
            if peer.count == 1:
                peer.error(9003)
                peer.close(4429)
            else:
                peer.end()

        self.on_connection = talk

        self.assertEqual(self.command.wait().exit_code, 0)

    def test_it_raises_what_the_service_says_before_it_closes(self) -> None:
        def talk(peer: Peer) -> None:
            peer.error(2003)
            peer.close(4409)

        self.on_connection = talk

        with self.assertRaises(elevo.ConflictError):
            next(self.command.output())

    def test_it_does_not_end_with_an_error_that_no_close_follows(self) -> None:
        def talk(peer: Peer) -> None:
            peer.error(4005)
            peer.data("more", "behind")
            peer.end()

        self.on_connection = talk

        self.assertEqual(self.command.wait().exit_code, 0)

    def test_it_comes_back_after_an_error_of_the_service(self) -> None:
        def talk(peer: Peer) -> None:
            if peer.count == 3:
                peer.end()
            else:
                peer.error(9001)
                peer.close(1011)

        self.on_connection = talk

        self.assertEqual(self.command.wait().exit_code, 0)

    def test_it_raises_the_error_that_its_last_connection_ended_with(self) -> None:
        def talk(peer: Peer) -> None:
            peer.error(9001)
            peer.close(1011)

        self.on_connection = talk

        with self.assertRaises(elevo.ApiError) as caught:
            self.command.wait()
        self.assertEqual(caught.exception.code, 9001)

    def test_it_does_not_blame_an_error_of_long_ago(self) -> None:
        def talk(peer: Peer) -> None:
            peer.error(4005)
            peer.data("more", "behind")
            peer.close(4404, "gone")

        self.on_connection = talk

        with self.assertRaisesRegex(elevo.StreamClosedError, "4404: gone"):
            self.command.wait()

    def read_by_another(self, feed: elevo.Feed) -> threading.Thread:
        reading = threading.Thread(target=lambda: list(feed), daemon=True)
        reading.start()
        return reading

    def test_one_that_is_closed_while_it_waits_to_come_back_does_not(self) -> None:
        waits = threading.Event()

        def backoff(attempt: int) -> float:
            waits.set()
            return 60

        self.on_connection = lambda peer: peer.close(1011)
        with mock.patch.object(elevo.transport, "backoff", backoff):
            feed = self.client.events()
            reading = self.read_by_another(feed)
            self.assertTrue(waits.wait(5))

            feed.close()

            reading.join(5)
        self.assertFalse(reading.is_alive())

    def test_one_that_is_closed_while_it_connects_again_leaves_no_connection(self) -> None:
        left = threading.Event()
        ready = threading.Event()

        def shake(count: int) -> None:
            if count == 2:
                ready.wait(5)
                feed.close()

        def talk(peer: Peer) -> None:
            if peer.count == 1:
                peer.close(1001)
            else:
                while peer.connection.recv(4096):
                    pass
                left.set()

        self.on_handshake, self.on_connection = shake, talk
        feed = self.client.events()
        ready.set()
        reading = self.read_by_another(feed)

        reading.join(5)

        self.assertFalse(reading.is_alive())
        self.assertTrue(left.wait(5))

    def test_the_service_hears_that_somebody_listens_while_it_talks(self) -> None:
        def talk(peer: Peer) -> None:
            peer.connection.settimeout(0)
            heard = b""
            for i in range(100):
                peer.data("more", str(i))
                time.sleep(0.02)
                try:
                    heard = peer.connection.recv(4096)[:1]
                    break
                except BlockingIOError:
                    pass
            pings.append(heard)
            peer.end()

        pings: List[bytes] = []
        self.on_connection = talk

        with mock.patch.object(elevo.stream, "HEARTBEAT_SECONDS", 0.2):
            self.command.wait()

        self.assertEqual(pings, [b"\x81"])

    def test_a_dead_connection_is_given_up(self) -> None:
        over = threading.Event()
        self.addCleanup(over.set)
        self.on_connection = lambda peer: peer.end() if peer.count == 2 else self.assertTrue(over.wait(5))

        with mock.patch.object(elevo.stream, "HEARTBEAT_SECONDS", 0.05):
            self.assertEqual(self.command.wait().exit_code, 0)

    def heard(self, code: int) -> elevo.RunResult:
        written = threading.Event()

        def answer(path: str) -> Any:
            if not path.endswith("/write"):
                return 200, {"pid": 7}
            written.set()
            return (404 if code == 4001 else 500), {"error": {"code": code, "name": "SOME_NAME", "message": "said"}}

        def talk(peer: Peer) -> None:
            written.wait(5)
            peer.end()

        self.on_request, self.on_connection = answer, talk
        info: Any = {"id": "one", "state": "running"}
        return elevo.Sandbox(self.client._transport, self.client.api, info).run("true", input="unread", on_stdout=print)

    def test_a_command_outlives_an_input_that_it_did_not_wait_for(self) -> None:
        self.assertEqual(self.heard(4001).exit_code, 0)

    def test_a_lost_input_is_told(self) -> None:
        with self.assertRaises(elevo.ApiError):
            self.heard(9001)

    def test_it_ends_with_what_is_final(self) -> None:
        self.on_connection = lambda peer: peer.close(4404, "gone")

        with self.assertRaisesRegex(elevo.StreamClosedError, "4404: gone"):
            next(self.command.output())

        self.assertEqual(len(self.peers), 1)

    def test_a_message_in_pieces_is_one(self) -> None:
        answers: List[bytes] = []

        def talk(peer: Peer) -> None:
            text = json.dumps({"type": "data", "stream": "stderr", "data": base64.b64encode(b"x" * 300).decode(), "cursor": "c"}).encode()
            peer.frame(1, text[:10], is_last=False)
            peer.frame(9, b"still there?")  # A ping may come between.
            peer.frame(0, text[10:200], is_last=False)
            peer.frame(0, text[200:])
            answers.append(peer.received())
            peer.end()

        self.on_connection = talk

        self.assertEqual([(chunk.stream, chunk.data) for chunk in self.command], [("stderr", b"x" * 300)])
        self.assertEqual(answers, [b"\x8astill there?"])

    def test_nothing_of_a_message_is_lost_to_a_time_out_in_its_middle(self) -> None:
        go_on = threading.Event()

        def talk(peer: Peer) -> None:
            peer.connection.sendall(b"\x81\x05he")
            go_on.wait(10)
            peer.connection.sendall(b"llo")

        self.on_connection = talk
        websocket = WebSocket(f"ws://{self.address}/", ["bearer", "key"], 5)
        self.addCleanup(websocket.close)

        self.assertIsNone(websocket.receive(0.05))
        go_on.set()

        self.assertEqual(websocket.receive(5), "hello")

    def test_an_answer_that_is_no_handshake_is_refused(self) -> None:
        self.server.close()
        with socket.create_server(("127.0.0.1", 0)) as plain:

            def refuse() -> None:
                connection, _ = plain.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")

            refusing = threading.Thread(target=refuse)
            refusing.start()
            with self.assertRaisesRegex(HandshakeError, "403 Forbidden"):
                WebSocket(f"ws://127.0.0.1:{plain.getsockname()[1]}/", ["bearer", "key"], 5)
            refusing.join()


if __name__ == "__main__":
    unittest.main()
