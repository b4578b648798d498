"""A participant made of aiortc and a WebSocket: another stack than ours and than the browsers'.

It runs in its own process inside a namespace and is told what to do over stdin, a JSON line per
command; it answers with a JSON line each. So it can be stopped, killed and cut off like a real one.
"""
import asyncio
import fractions
import json
import re
import sys

import aiohttp
import numpy
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack
from av import VideoFrame


class Colour(VideoStreamTrack):
    """A picture of one colour (YUV), 30 times a second."""

    def __init__(self, yuv, width=320, height=180):
        super().__init__()
        self.yuv, self.size = yuv, (width, height)

    async def recv(self):
        pts, base = await self.next_timestamp()
        width, height = self.size
        frame = VideoFrame(width, height, "yuv420p")
        for plane, value in zip(frame.planes, self.yuv):
            plane.update(bytes([value]) * plane.buffer_size)
        frame.pts, frame.time_base = pts, base
        return frame


class Watcher:
    """Counts decoded frames of a slot and remembers the last colour."""

    def __init__(self, track):
        self.frames, self.colour, self.last = 0, None, 0.0
        self.task = asyncio.ensure_future(self.watch(track))

    async def watch(self, track):
        while True:
            try:
                frame = await track.recv()
            except Exception:  # The track has ended.
                return
            self.frames += 1
            self.last = asyncio.get_event_loop().time()
            if track.kind == "video":
                # Planes may be padded: read the middle.
                planes = [numpy.frombuffer(bytes(p), numpy.uint8) for p in frame.planes]
                self.colour = [int(numpy.median(p)) for p in planes]


class Peer:
    def __init__(self):
        self.pc = self.ws = self.session = None
        self.next_id, self.replies, self.events = 0, {}, []
        self.watchers, self.channel_messages = {}, []
        self.channel = None

    async def open(self, url):
        self.session = aiohttp.ClientSession()
        self.ws = await self.session.ws_connect(url.replace("http", "ws") + "/v1/ws",
                                                protocols=("parlour.v1",), autoping=True)
        self.reader = asyncio.ensure_future(self.read())

    async def read(self):
        async for message in self.ws:
            if message.type != aiohttp.WSMsgType.TEXT:
                continue
            body = json.loads(message.data)
            if body["type"] in ("reply", "error"):
                self.replies.setdefault(body["id"], asyncio.Future()).set_result(body)
            else:
                self.events += body["events"] if body["type"] == "events" else [body]
        self.events.append({"type": "closed", "code": self.ws.close_code})

    async def request(self, type, **fields):
        self.next_id += 1
        future = self.replies.setdefault(self.next_id, asyncio.Future())
        await self.ws.send_str(json.dumps({"type": type, "id": self.next_id, **fields}))
        return await asyncio.wait_for(future, 15)

    def prepare(self, colour=None, audio=True, slots_audio=3, slots_video=2, codec=None):
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        for _ in range(slots_audio):
            self.pc.addTransceiver("audio", direction="recvonly")
        for _ in range(slots_video):
            self.pc.addTransceiver("video", direction="recvonly")
        if audio:
            self.pc.addTransceiver(AudioStreamTrack(), direction="sendonly")
        if colour:
            self.prefer(self.pc.addTransceiver(Colour(colour), direction="sendonly"), codec)
        self.channel = self.pc.createDataChannel("parlour")
        self.channel.on("message", self.channel_messages.append)
        self.watch()

    def watch(self):
        @self.pc.on("track")
        def on_track(track):
            for transceiver in self.pc.getTransceivers():
                if transceiver.receiver and transceiver.receiver.track is track:
                    self.watchers[transceiver.mid or len(self.watchers)] = (transceiver, Watcher(track))

    async def offer(self, mangle=None):
        await self.pc.setLocalDescription(await self.pc.createOffer())
        sdp = self.pc.localDescription.sdp
        for old, new in (mangle or {}).items():
            sdp = sdp.replace(old, new)
        return sdp

    async def join(self, url, room, name, mangle=None, token=None, sdp=None, candidate=None, **media):
        """`candidate`: "address port" to use in place of the server's own."""
        await self.open(url)
        self.prepare(**media)
        offer = sdp or await self.offer(mangle)
        fields = {"version": 1, "room": room, "name": name, "identity": name,
                  "offer": {"sdp": offer, "publish": []}}
        if token:
            fields["token"] = token
        reply = await self.request("join", **fields)
        if reply["type"] == "reply" and not sdp:
            answer = reply["result"]["answer"]
            if candidate:
                answer = re.sub(r"(a=candidate:\S+ 1 udp \d+) \S+ \d+", rf"\1 {candidate}", answer)
            await self.pc.setRemoteDescription(RTCSessionDescription(sdp=answer, type="answer"))
        return reply

    async def post_offer(self, url):
        """WHIP or WHEP: POST the offer; returns status and headers, and takes the answer."""
        self.session = self.session or aiohttp.ClientSession()
        async with self.session.post(url, data=await self.offer(),
                                     headers={"Content-Type": "application/sdp"}) as response:
            body = await response.text()
            if response.status == 201:
                await self.pc.setRemoteDescription(RTCSessionDescription(sdp=body, type="answer"))
            self.resource = response.headers.get("Location")
            return {"status": response.status, "type": response.content_type, "location": self.resource,
                    "etag": response.headers.get("ETag"), "body": body[:300]}

    async def whip(self, url, colour, codec=None):
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.pc.addTransceiver(AudioStreamTrack(), direction="sendonly")
        self.prefer(self.pc.addTransceiver(Colour(colour), direction="sendonly"), codec)
        return await self.post_offer(url)

    async def whep(self, url):
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.pc.addTransceiver("audio", direction="recvonly")
        self.pc.addTransceiver("video", direction="recvonly")
        self.watch()
        return await self.post_offer(url)

    async def delete(self, base):
        async with self.session.delete(base + self.resource) as response:
            return response.status

    async def status_of(self, method, url):
        async with aiohttp.ClientSession() as session, session.request(method, url) as response:
            return response.status

    @staticmethod
    def prefer(transceiver, codec):
        if codec:
            known = RTCRtpSender.getCapabilities("video").codecs
            transceiver.setCodecPreferences([c for c in known if c.mimeType in (codec, "video/rtx")])

    async def raw_join(self, url, room, name, sdp):
        if self.session:
            await self.session.close()
        self.next_id = 0
        self.replies.clear()
        await self.open(url)
        return await self.request("join", version=1, room=room, name=name, identity=name,
                                  offer={"sdp": sdp, "publish": []})

    async def resume(self, url, room, token):
        await self.open(url)
        return await self.request("join", version=1, room=room, resume=token)

    async def cut(self):
        """Loses the WebSocket without a goodbye."""
        self.reader.cancel()
        self.ws._writer.transport.abort()  # pylint: disable=protected-access
        await self.session.close()

    async def look(self):
        """What it sees and hears now."""
        return {
            "ice": self.pc.iceConnectionState, "dtls": self.pc.connectionState,
            "channel": self.channel.readyState if self.channel else None,
            "slots": {t.mid: {"kind": t.kind, "frames": w.frames, "colour": w.colour}
                      for t, w in self.watchers.values()},
        }

    def ice(self):
        for transceiver in self.pc.getTransceivers():
            if transceiver.receiver and transceiver.receiver.transport:
                return transceiver.receiver.transport.transport
        return None

    async def record(self, seconds=1.0):
        """Captures what it sends, to be replayed."""
        connection = self.ice()._connection  # pylint: disable=protected-access
        original, taken = connection.sendto, []

        async def sendto(data, component):
            taken.append(bytes(data))
            await original(data, component)

        connection.sendto = sendto
        await asyncio.sleep(seconds)
        connection.sendto = original
        self.taken = taken
        return len(taken)

    async def replay(self, times=3):
        connection = self.ice()._connection  # pylint: disable=protected-access
        for _ in range(times):
            for data in self.taken:
                await connection.sendto(data, 1)
        return len(self.taken) * times

    async def send_data(self, payload, to=None):
        self.channel.send(json.dumps({"payload": payload, **({"to": to} if to else {})}))

    async def close(self):
        if self.pc:
            await self.pc.close()
        if self.ws:
            await self.ws.close()
            await self.session.close()


async def main():
    peer = Peer()
    loop = asyncio.get_event_loop()
    reader = asyncio.StreamReader(limit=2 ** 22)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        command = json.loads(line)
        try:
            if command["do"] == "events":
                result = peer.events[:]
                if command.get("clear"):
                    peer.events.clear()
            elif command["do"] == "channel":
                result = peer.channel_messages[:]
            else:
                result = await getattr(peer, command["do"])(**command.get("with", {}))
            answer = {"ok": True, "result": result}
        except Exception as error:  # Told to the test, which decides.
            answer = {"ok": False, "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
        if command["do"] == "close":
            return


if __name__ == "__main__":
    asyncio.run(main())
